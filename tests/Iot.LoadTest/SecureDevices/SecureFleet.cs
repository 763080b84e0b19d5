using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Iot.LoadTest.Devices;
using Iot.Testing;

namespace Iot.LoadTest.SecureDevices;

/// <summary>Devices that were enrolled at a gateway and publish to it over TLS.</summary>
internal sealed class SecureFleet : IAsyncDisposable
{
    /// <summary>Handshakes at once: each side's half costs about the same, and both are on this machine.</summary>
    private const int ConnectingAtOnce = 32;

    private readonly GatewayProcess _gateway;
    private readonly Fleet _fleet;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _distrusted = new();
    private Task _running = Task.CompletedTask;

    public SecureFleet(GatewayProcess gateway, LoadPlan plan, TimeSpan period)
    {
        (_gateway, Period, _fleet) = (gateway, period, new Fleet(plan));
        Devices = [.. _fleet.Devices.Select(device => new SecureDevice(this, device, new(device.Id.Value, gateway.Http.BaseAddress!)))];
    }

    public LoadPlan Plan => _fleet.Plan;

    public Tally Tally => _fleet.Tally;

    public IReadOnlyList<SecureDevice> Devices { get; }

    public int Port => _gateway.MqttTlsPort;

    /// <summary>Between two messages of a device.</summary>
    public TimeSpan Period { get; }

    /// <summary>Between two attempts of a device to connect.</summary>
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Stay connected and publish nothing.</summary>
    public bool IsQuiet { get; set; }

    public SemaphoreSlim Door { get; } = new(ConnectingAtOnce);

    /// <summary>From opening the socket to a good CONNACK.</summary>
    public LatencyHistogram Handshakes { get; } = new();

    /// <summary>From the end of a device's connection until it was let in again; waiting for its turn included.</summary>
    public LatencyHistogram Away { get; } = new();

    /// <summary>Each time a device did not believe that it spoke to its gateway.</summary>
    public IReadOnlyCollection<string> DistrustedBy => _distrusted;

    /// <summary>Adds all to the registry and enrolls them.</summary>
    public Task EnrollAsync() => EachAsync(Devices, device => EnrollAsync(_gateway, device.Id, device.Identity));

    /// <summary>As a person with a token does it: the roots are believed because the token vouches for them.</summary>
    public static async Task EnrollAsync(GatewayProcess gateway, string device, DeviceIdentity identity)
    {
        var (token, root) = await AddAsync(gateway, device);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(await gateway.Http.GetStringAsync(new Uri("api/v1/enroll/roots", UriKind.Relative)));
        if (!DeviceIdentity.RootOf(roots[0]).Equals(root, StringComparison.OrdinalIgnoreCase)) throw new InvalidOperationException($"The token of {device} vouches for another root than the gateway shows.");

        await identity.EnrollAsync(token, roots);
    }

    public void Start() => _running = Task.WhenAll(Devices.Select((device, index) => Task.Run(async () =>
    {
        await Task.Delay(Period * ((double)index / Devices.Count));
        await device.RunAsync(_stopping.Token);
    })));

    /// <summary>Until all of <paramref name="devices"/> have been let in once more than <paramref name="before"/> says.</summary>
    public async Task BackAsync(IReadOnlyList<SecureDevice> devices, IReadOnlyList<int> before)
    {
        await Task.WhenAny(_running, Eventually.TrueAsync(() => devices.Index().All(one => one.Item.Connections > before[one.Index]), "all devices are connected", TimeSpan.FromMinutes(5)));
        if (_running.IsCompleted) await _running;
        if (devices.Index().Count(one => one.Item.Connections <= before[one.Index]) is > 0 and var missing) throw new TimeoutException($"{missing} of {devices.Count} devices did not come back within 5 minutes.");
    }

    /// <summary>All drop their connections at once; complete once all are back.</summary>
    public async Task DropAllAsync()
    {
        var before = Devices.Select(device => device.Connections).ToList();
        foreach (var device in Devices) device.Drop();
        await BackAsync(Devices, before);
    }

    /// <summary>No more messages; complete once every one that was sent is acknowledged.</summary>
    public async Task FinishAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromMinutes(5));
    }

    public static Task EachAsync(IEnumerable<SecureDevice> devices, Func<SecureDevice, Task> act) =>
        Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (device, _) => await act(device));

    public void Distrusted(string device, AuthenticationException why) => _distrusted.Enqueue($"{device}: {why.Message}");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var device in Devices) device.Dispose();
        await _fleet.DisposeAsync();
        _stopping.Dispose();
        Door.Dispose();
    }

    private static async Task<(string Token, string Root)> AddAsync(GatewayProcess gateway, string device)
    {
        using var answer = await gateway.Http.PostAsJsonAsync(new Uri("api/v1/registry", UriKind.Relative), new { device });
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{device} was not added: {text}");

        using var given = JsonDocument.Parse(text);
        return (given.RootElement.GetProperty("token").GetString()!, given.RootElement.GetProperty("root").GetString()!);
    }
}
