using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent;

/// <summary>One device for as long as the process runs. With another configuration its <see cref="DeviceAgent"/> gets other sensors, or is closed and opened again.</summary>
/// <param name="options">In force at the start.</param>
/// <param name="sensors">Makes the sensors that are configured.</param>
/// <param name="open">Makes the device, from its sensors to the gateway.</param>
internal sealed class DeviceLife(
    DeviceId device, AgentOptions options, Func<AgentOptions, IReadOnlyList<SensorGroup>> sensors, Func<IReadOnlyList<SensorGroup>, AgentOptions, Action?, DeviceAgent> open)
{
    /// <summary>What a <see cref="DeviceAgent"/> is made of, beside its sensors.</summary>
    private static readonly string[] Pipeline = [GatewayOptions.Section, BatchingOptions.Section, OutboxOptions.Section];

    private readonly Lock _gate = new();
    private AgentOptions _options = options;
    private DeviceAgent? _agent;
    private CancellationTokenSource? _turn;
    private Action? _delivered;

    public DeviceId Device => device;

    public AgentOptions Options
    {
        get
        {
            lock (_gate) return _options;
        }
    }

    /// <summary>Null before the outbox is open.</summary>
    public DeviceStatus? Status => Volatile.Read(ref _agent)?.Status;

    /// <summary>Asked when the device has failed; true when there is another configuration for it to go on with.</summary>
    public Func<Exception, bool>? Failing { get; set; }

    /// <summary>Called when other options are in force, before anything else is done about it. Must not wait.</summary>
    public Action? Changed { get; set; }

    /// <summary>Calls <paramref name="delivered"/> when a batch that is stored after the start has been acknowledged.</summary>
    public void AwaitDelivery(Action delivered)
    {
        lock (_gate) _delivered = delivered;
    }

    /// <summary>In force from now on. What is stored stays stored; only what differs is made anew.</summary>
    /// <param name="next">Instead of those in force.</param>
    /// <param name="delivered">Called once, when a batch that was stored with them has been acknowledged.</param>
    public void Apply(AgentOptions next, Action delivered)
    {
        lock (_gate)
        {
            var before = _options;
            _options = next;
            Changed?.Invoke();
            var goesOn = _agent is not null && _turn is { IsCancellationRequested: false } && before.IsSame(next, Pipeline);
            if (goesOn && TryExchange(_agent!, before, next, delivered)) return;

            _delivered = delivered;
            if (_agent is not null) _agent.DrainTimeout = TimeSpan.Zero; // what waits is published by the next
            _ = _turn?.CancelAsync();
        }
    }

    /// <summary>Until <paramref name="stopping"/>.</summary>
    /// <exception cref="IOException">The outbox cannot be opened.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            try
            {
                await Open(turn).RunAsync(turn.Token);
                if (stopping.IsCancellationRequested || !turn.IsCancellationRequested) return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested && Failing?.Invoke(e) is true)
            {
                // the last good configuration is in force again
            }
            finally
            {
                lock (_gate) _turn = null;
            }
        }
    }

    private DeviceAgent Open(CancellationTokenSource turn)
    {
        lock (_gate)
        {
            _agent = open(sensors(_options), _options, _delivered);
            (_turn, _delivered) = (turn, null);
            return _agent;
        }
    }

    private bool TryExchange(DeviceAgent agent, AgentOptions before, AgentOptions next, Action delivered)
    {
        try
        {
            return before.IsSame(next, SensorOptions.Section) ? agent.TryAwait(delivered) : agent.TryExchange(sensors(next), delivered);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false; // whatever a sensor throws when it is made: it is thrown again where a device that fails is dealt with
        }
    }
}
