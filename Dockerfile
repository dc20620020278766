# One image for the four applications; APP says which (gateway, worker, console, simulator).
FROM node:24-bookworm-slim AS build
WORKDIR /stellwerk
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY apps apps
COPY libs libs
RUN node node_modules/typescript/bin/tsc -p .

# What runs: no compiler, no test tools, no embedded servers, no install scripts.
FROM node:24-bookworm-slim AS modules
WORKDIR /stellwerk
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --omit=dev --omit=optional --ignore-scripts && rm -rf node_modules/typescript

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 STELLWERK_HOME=/data APP=gateway
RUN mkdir -m 700 /data && chown node:node /data && \
    printf '#!/bin/sh\nexec node /stellwerk/dist/apps/cli/main.js "$@"\n' >/usr/local/bin/stellwerk && \
    chmod 755 /usr/local/bin/stellwerk
WORKDIR /stellwerk
COPY --from=modules /stellwerk/node_modules node_modules
COPY --from=build /stellwerk/dist dist
COPY package.json ./
COPY schemas schemas
COPY libs libs
COPY apps apps
USER node
VOLUME /data
EXPOSE 8080 8081 8082 8083
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "dist/libs/launch/container-health.js"]
# the flags are explained in libs/launch/runtime.ts
CMD ["sh", "-c", \
    "exec node --enable-source-maps --max-semi-space-size=8 --heap-growing-percent=50 dist/apps/$APP/main.js"]
