/** 实时画面的文字。 */
export const zhLive = {
  'liveView.of': '{camera}的实时画面',
  'liveView.stillOf': '{camera}的静态画面',
  'liveView.live': '实时',
  'liveView.waiting': '正在接通',
  'liveView.still': '静态画面 {time}',
  'liveView.lost': '{time} 起没有画面',
  'liveView.end.tooMany': '看的人太多，稍后自动再接',
  'liveView.end.tooManyOfYours': '您打开的画面太多，请关掉一些',
  'liveView.trouble.wrongPassword': '摄像机不认密码，请镇管理员重设',
  'liveView.trouble.unreachable': '连不上摄像机，请检查电源和网线',
  'liveView.trouble.notAllowed': '摄像机的地址不在允许的网络里',
  'liveView.trouble.timeout': '摄像机没有回应',
  'liveView.trouble.unsupported': '摄像机给的画面格式不能用',
  'liveView.trouble.noPicture': '摄像机没有送来画面',
  'liveView.trouble.inside': '服务器转不出画面，请镇管理员查看日志',
} as const
