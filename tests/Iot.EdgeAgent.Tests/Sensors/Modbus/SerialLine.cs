using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Two pseudo terminals joined by socat: what is written to one end is read at the other.</summary>
internal sealed class SerialLine : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private RealProcess? _socat;

    /// <summary>A link that is there while the line is plugged in, as /dev/serial/by-id has them.</summary>
    public string Here => _directory["here"];

    public string There => _directory["there"];

    public static async Task<SerialLine> OpenAsync()
    {
        var line = new SerialLine();
        await line.PlugInAsync();
        return line;
    }

    public async Task PlugInAsync()
    {
        _socat = RealProcess.Start("socat", [$"PTY,link={Here},rawer", $"PTY,link={There},rawer"]);
        await Eventually.TrueAsync(() => Path.Exists(Here) && Path.Exists(There), "socat has made both ends");
    }

    public async Task UnplugAsync()
    {
        await _socat!.StopAsync();
        await _socat.DisposeAsync();
        _socat = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_socat is not null) await UnplugAsync();
        _directory.Dispose();
    }
}
