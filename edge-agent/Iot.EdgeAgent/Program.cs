return await Iot.EdgeAgent.Commands.CommandLine.RunAsync(args);
