using Iot.LoadTest;
using Iot.LoadTest.Agent;
using Iot.LoadTest.Drain;
using Iot.LoadTest.Hostile;
using Iot.LoadTest.Idle;
using Iot.LoadTest.Peers;
using Iot.LoadTest.Rotation;
using Iot.LoadTest.Scaling;
using Iot.LoadTest.Shares;
using Iot.LoadTest.Sizes;
using Iot.LoadTest.Soak;
using Iot.LoadTest.Spool;
using Iot.LoadTest.Viewers;

try
{
    if (args is ["agent", .. var rest]) return await AgentBench.RunAsync(AgentArguments.Parse(rest));
    if (args is ["spool", .. var where]) return await new SpoolBench(SpoolArguments.Parse(where)).RunAsync();
    if (args is ["spool-open", var journal]) return await SpoolOpening.RunAsync(journal);

    if (args is ["idle", .. var idle]) return await IdleBench.RunAsync(IdleArguments.Parse(idle));
    if (args is ["share", .. var servers]) return await ShareBench.RunAsync(ShareArguments.Parse(servers));
    if (args is ["devices", .. var counts]) return await DevicesBench.RunAsync(DevicesArguments.Parse(counts));
    if (args is ["backlog", .. var size]) return await BacklogBench.RunAsync(BacklogArguments.Parse(size));
    if (args is ["peers", .. var options]) return await PeersBench.RunAsync(PeersArguments.Parse(options));
    if (args is ["soak", .. var words]) return await SoakBench.RunAsync(SoakArguments.Parse(words));
    if (args is ["rotate", .. var change]) return await RotationBench.RunAsync(RotationArguments.Parse(change));
    if (args is ["drain", .. var numbers]) return await DrainBench.RunAsync(numbers);
    if (args is ["viewers", .. var pages]) return await ViewersBench.RunAsync(ViewersArguments.Parse(pages));
    if (args is ["wire"]) return WireSizes.Run();
    if (args is ["hostile", .. var attack]) return await HostileBench.RunAsync(HostileArguments.Parse(attack));

    var arguments = LoadArguments.Parse(args);
    return await LoadBench.RunAsync(arguments);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{LoadArguments.Usage}");
    return 2;
}
catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or HttpRequestException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The run failed: {e.Message}");
    return 1;
}
