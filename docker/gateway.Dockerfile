# syntax=docker/dockerfile:1
# docker build -f docker/gateway.Dockerfile -t iot-gateway .     (from the repository's root)
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /src
COPY global.json Directory.*.props .editorconfig BannedSymbols.txt ./
COPY gateway gateway
RUN case "$TARGETARCH" in arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac \
 && dotnet publish gateway/Iot.Gateway -c Release -r $rid --no-self-contained -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# it exists with the right owner and mode, so that a fresh volume inherits it
RUN install -d -m 0700 -o $APP_UID -g $APP_UID /var/lib/iot-gateway
ENV Data__Path=/var/lib/iot-gateway \
    Http__Url=https://0.0.0.0:8443 \
    DOTNET_EnableDiagnostics=0
VOLUME /var/lib/iot-gateway
EXPOSE 8443 8883
USER $APP_UID
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["dotnet", "iot-gateway.dll", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "iot-gateway.dll"]
CMD ["run"]
