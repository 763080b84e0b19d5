using Iot.Testing;

namespace Iot.Gateway.Tests.Influx;

/// <summary>One real influxd for the tests of a class.</summary>
public sealed class InfluxdFixture : IAsyncLifetime
{
    private int _names;

    public Influxd Influxd { get; private set; } = null!;

    public string NewName() => $"db{Interlocked.Increment(ref _names)}";

    /// <summary>A sink over a new database.</summary>
    internal async Task<(SinkRig Rig, string Database)> RigAsync(params string[] settings)
    {
        var database = NewName();
        await Influxd.CreateDatabaseAsync(database);
        return (SinkRig.Over(Influxd.Url, ["Api=V1", $"Database={database}", .. settings]), database);
    }

    public async ValueTask InitializeAsync() => Influxd = await Influxd.StartAsync();

    public async ValueTask DisposeAsync() => await Influxd.DisposeAsync();
}
