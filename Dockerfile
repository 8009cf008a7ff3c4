# Builds the screens with everything, runs with production dependencies only, as a user without rights.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY gateway ./gateway
COPY dashboard ./dashboard
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# Reads the cameras for those who look live.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
    LIANXUN_DATA_DIR=/data \
    LIANXUN_HTTP_HOST=0.0.0.0 \
    LIANXUN_MQTT_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dashboard/dist ./dashboard/dist
COPY package.json ./
COPY bin ./bin
COPY gateway ./gateway
COPY adapters ./adapters
COPY examples ./examples
RUN ln -s /app/bin/lianxun.mjs /usr/local/bin/lianxun \
    && install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 8080 8443 1883 8883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.LIANXUN_HTTP_PORT || 8080}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "gateway/main.ts"]
