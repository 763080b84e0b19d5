# syntax=docker/dockerfile:1
# docker build -f docker/edge-agent.Dockerfile -t iot-edge-agent .     (from the repository's root)
# Compiled to native code for the platform that the build runs on: build with --platform for another one.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang lld zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY global.json Directory.*.props .editorconfig BannedSymbols.txt ./
COPY gateway/Iot.Wire gateway/Iot.Wire
COPY gateway/Iot.Journal gateway/Iot.Journal
COPY gateway/Iot.Configuration gateway/Iot.Configuration
COPY edge-agent edge-agent
RUN case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac \
 && dotnet publish edge-agent/Iot.EdgeAgent -c Release -r $rid -o /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
WORKDIR /app
COPY --from=build /app/iot-edge-agent .
# it exists with the right owner, so that a fresh volume inherits it
RUN mkdir -p /var/lib/iot-edge-agent && chown $APP_UID:$APP_UID /var/lib/iot-edge-agent
ENV Data__Path=/var/lib/iot-edge-agent
VOLUME /var/lib/iot-edge-agent
USER $APP_UID
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/app/iot-edge-agent", "status"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/iot-edge-agent"]
CMD ["run"]
