using Iot.Gateway.Commands;

return await GatewayCommandLine.RunAsync(args);
