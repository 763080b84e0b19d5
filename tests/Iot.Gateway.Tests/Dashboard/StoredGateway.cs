using Iot.Gateway.Dashboard;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Tests.EmbeddedStore;
using Iot.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>The API over a real embedded store that holds what a test writes.</summary>
internal sealed class StoredGateway : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly CannedGateway _gateway = new();

    public StoreUnderTest Store { get; private set; } = null!;

    public HttpClient Client => field ??= _gateway.Client();

    public CannedGateway Gateway => _gateway;

    public static async Task<StoredGateway> StartAsync(EmbeddedOptions? options = null, HttpOptions? http = null)
    {
        var stored = new StoredGateway();
        stored.Store = await StoreUnderTest.OpenAsync(stored._directory, options);
        stored._gateway.Queries = stored.Store.Queries;
        stored._gateway.Adding = services => services.AddSingleton(stored.Store.Store).AddSingleton(stored.Store.Options);
        stored._gateway.Http = http ?? new();
        await stored._gateway.StartAsync();
        return stored;
    }

    /// <summary>Readings of one series, with its unit and its further tags.</summary>
    public async Task WriteAsync(ulong offset, string device, string field, string unit, string tags, params (long TimeNs, object Value)[] readings) =>
        Assert.Empty((await Store.WriteAsync(offset + 1, write => write.Add(Store.Message(offset, device, tags, [], batch =>
        {
            foreach (var (timeNs, value) in readings) batch.Add(StoreUnderTest.Reading(batch, field, timeNs, value, unit));
        })))).Refused);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await Store.DisposeAsync();
        _directory.Dispose();
    }
}
