# Two images. `stellwerk`, the default: gateway, worker and console; APP says which. `simulator`: the world around them.
FROM node:24-bookworm-slim AS build
WORKDIR /stellwerk
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY apps apps
COPY libs libs
RUN node node_modules/typescript/bin/tsc -p .

# The same without the simulator.
FROM build AS own
RUN rm -r dist/apps/simulator apps/simulator

# What runs: no compiler, no test tools, no embedded servers, no install scripts.
FROM node:24-bookworm-slim AS modules
WORKDIR /stellwerk
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --omit=dev --omit=optional --ignore-scripts && rm -rf node_modules/typescript

# The same without the simulator's identity provider.
FROM modules AS own-modules
RUN rm -r node_modules/oidc-provider

FROM node:24-bookworm-slim AS base
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /stellwerk
COPY package.json ./
COPY schemas schemas
COPY libs libs
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "dist/libs/launch/container-health.js"]
# the flags are explained in libs/launch/runtime.ts
CMD ["sh", "-c", \
    "exec node --expose-gc --enable-source-maps --max-semi-space-size=8 --heap-growing-percent=50 dist/apps/$APP/main.js"]

# It has a folder of its own for its effects, and never that of Stellwerk, where the key may lie.
FROM base AS simulator
ENV APP=simulator STELLWERK_HOME=/simulator
RUN mkdir -m 700 /simulator && chown node:node /simulator
COPY --from=modules /stellwerk/node_modules node_modules
COPY --from=build /stellwerk/dist dist
COPY apps/simulator apps/simulator
USER node
VOLUME /simulator
EXPOSE 8082 8084 8085 8086 8087

# Neither the simulator nor its identity provider is in it.
FROM base AS stellwerk
ENV APP=gateway STELLWERK_HOME=/data
RUN mkdir -m 700 /data && chown node:node /data && \
    printf '#!/bin/sh\nexec node /stellwerk/dist/apps/cli/main.js "$@"\n' >/usr/local/bin/stellwerk && \
    chmod 755 /usr/local/bin/stellwerk
COPY --from=own-modules /stellwerk/node_modules node_modules
COPY --from=own /stellwerk/dist dist
COPY --from=own /stellwerk/apps apps
USER node
VOLUME /data
EXPOSE 8080 8081 8083
