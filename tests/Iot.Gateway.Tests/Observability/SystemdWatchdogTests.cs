using System.Net.Sockets;
using System.Text;
using Iot.Gateway.Observability;
using Iot.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Observability;

/// <remarks>Alone, since NOTIFY_SOCKET is of the whole process: a gateway of another test would speak there.</remarks>
[Collection(nameof(Alone))]
public class SystemdWatchdogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_pings_twice_as_often_as_asked_and_only_while_every_loop_is_alive()
    {
        var clock = new FakeTimeProvider();
        using var systemd = new RecordingSystemd();
        var loops = new LoopWatch(clock);
        var loop = loops.Start("delivery", TimeSpan.FromSeconds(1));
        using var watchdog = new SystemdWatchdog(
            systemd, Health(loops), new(TimeSpan.FromSeconds(10)), clock, systemd);

        await watchdog.StartAsync(Stop);
        await systemd.PingAsync();
        clock.Advance(TimeSpan.FromSeconds(5));
        await systemd.PingAsync();

        loop.Working();
        clock.Advance(TimeSpan.FromSeconds(5)); // stuck for longer than its patience
        Assert.Contains("'delivery'", await systemd.SaidAsync(), StringComparison.Ordinal);
        loop.Waiting();
        clock.Advance(TimeSpan.FromSeconds(5));
        await systemd.PingAsync();
        await watchdog.StopAsync(Stop);

        Assert.Equal(3, systemd.Pings);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("20000000", null, 20)]
    [InlineData("20000000", "42", 20)]
    [InlineData("20000000", "43", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    public void It_obeys_what_systemd_says_in_the_environment(string? microseconds, string? process, int? seconds)
    {
        var settings = WatchdogSettings.FromEnvironment(name => name is "WATCHDOG_USEC" ? microseconds : process, processId: 42);

        Assert.Equal(seconds is { } expected ? TimeSpan.FromSeconds(expected) : null, settings.Within);
    }

    [Fact]
    public void Without_a_service_manager_nothing_is_registered()
    {
        var services = new ServiceCollection();

        SystemdHosting.Add(services, _ => null);

        Assert.Empty(services);
    }

    [Fact]
    public async Task A_service_manager_hears_READY_and_the_pings_on_its_socket()
    {
        using var directory = new TempDirectory();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(directory["notify"]));
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", directory["notify"]);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(Health(new(TimeProvider.System)));
        SystemdHosting.Add(builder.Services, name => name is "WATCHDOG_USEC" ? "20000000" : Environment.GetEnvironmentVariable(name));
        using var host = builder.Build();
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", value: null);

        await host.StartAsync(Stop);
        var heard = new HashSet<string>(StringComparer.Ordinal);
        while (!heard.IsSupersetOf(["READY=1", "WATCHDOG=1"])) heard.Add(await ReceiveAsync(socket));
        await host.StopAsync(Stop);
    }

    private static GatewayHealth Health(LoopWatch loops) => new(
        loops, () => [], new() { Journal = () => new(0, 0, 0, 0, 0, 0, 0, IsFull: false), Sinks = () => [], Connections = () => 0 });

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[256];
        var length = await socket.ReceiveAsync(buffer, Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop);
        return Encoding.UTF8.GetString(buffer, 0, length).Trim();
    }

    /// <summary>Stands for systemd, and for the log beside it.</summary>
    private sealed class RecordingSystemd : ISystemdNotifier, ILogger<SystemdWatchdog>, IDisposable
    {
        private readonly SemaphoreSlim _pings = new(0);
        private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Pings { get; private set; }

        public bool IsEnabled => true;

        public void Notify(ServiceState state)
        {
            Pings++;
            _pings.Release();
        }

        public async Task PingAsync() => Assert.True(await _pings.WaitAsync(TimeSpan.FromSeconds(10), Stop));

        public Task<string> SaidAsync() => _said.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _said.TrySetResult(formatter(state, exception));

        public void Dispose() => _pings.Dispose();

        bool ILogger.IsEnabled(LogLevel logLevel) => true;

        IDisposable? ILogger.BeginScope<TState>(TState state) => null;
    }
}
