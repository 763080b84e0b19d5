using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Tests;

public sealed class DeviceStreamTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_stream_that_is_not_configured_any_more_and_does_not_open_keeps_no_other_from_it()
    {
        Directory.CreateDirectory(_directory["outbox/streams/old"]);
        await File.WriteAllTextAsync(_directory["outbox/streams/old/journal"], "not a directory", TestContext.Current.CancellationToken);
        List<string> notOpened = [];

        var streams = await DeviceStream.OpenAllAsync(
            _directory["outbox"], (name, path, options) => DeviceStream.Open(name, path, options, new(), Device, new(), TimeProvider.System, NullLogger.Instance),
            new() { MaxBytes = 1 << 20, ReserveBytes = 0 }, (_, name) => notOpened.Add(name));

        Assert.Equal("", Assert.Single(streams).Name);
        Assert.Equal(["old"], notOpened);
        await streams[0].DisposeAsync();
    }
}
