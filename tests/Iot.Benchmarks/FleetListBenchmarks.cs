using BenchmarkDotNet.Attributes;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Devices;
using Iot.Gateway.Ledger;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>The list of 100,000 devices, all of them registered and all of them talking: what is made once for all viewers, and what each asks of it.</summary>
public class FleetListBenchmarks
{
    private const int Devices = 100_000;

    private readonly GatewayLedger _ledger;
    private readonly GatewayView _view;
    private readonly DirectoryEntry[] _registered;
    private readonly WholeFleet _whole;
    private readonly FleetList _list;
    private int _next;

    public FleetListBenchmarks()
    {
        var deduplicator = new Deduplicator(new());
        _ledger = new GatewayLedger(deduplicator);
        _ledger.OpenSink("Embedded", 0, _ => new Dictionary<DeviceId, SinkAccount>());
        var devices = Enumerable.Range(0, Devices).Select(index => DeviceId.Parse($"pump-{index:D6}")).ToArray();
        for (var i = 0; i < Devices; i++)
        {
            deduplicator.Of(devices[i]).Remember(1, 1);
            _ledger.Apply((ulong)i, new()
            {
                Verdict = Verdict.Judged, Identity = new(1, 1, 0), Readings = 10, ReceivedAtNs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000,
                Device = System.Text.Encoding.ASCII.GetBytes(devices[i].Value),
            });
        }

        _registered = [.. devices.Select((device, i) => new DirectoryEntry(device, "pump", $"hall {i % 50}", EnrollmentState.Active, null))];
        _view = new()
        {
            Figures = null!, DeadLetters = null!, Follow = _ => throw new NotSupportedException(),
            Books = _ledger.All, BooksOf = _ledger.Of, Registered = () => _registered,
        };
        var clock = new HurriedClock();
        _whole = new(_view, new FleetWatch(_view, clock), clock);
        _list = _whole.Current();
    }

    /// <summary>Once in 3 s for all pages: the books are closed to their keeper for that time, never to ingest.</summary>
    [Benchmark]
    public int Books() => _ledger.All().Count;

    /// <summary>As often, while somebody looks at the list: the books, a row of each device, and the registry beside it.</summary>
    [Benchmark]
    public object List() => _whole.Current();

    /// <summary>A viewer's frame; others who ask the same share it.</summary>
    [Benchmark]
    public object PageByName() => _list.Page(Question("", FleetSort.Name));

    [Benchmark]
    public object PageOfThoseFound() => _list.Page(Question("-0042", FleetSort.Name));

    [Benchmark]
    public object PageByRate() => _list.Page(Question("", FleetSort.Rate));

    /// <summary>Each is another question, or the answer would be there already.</summary>
    private FleetQuestion Question(string search, FleetSort sort) => new(search, null, null, null, null, sort, Descending: false, 1 + (_next++ % 1_000_000), 50);

    /// <summary>A minute passes whenever somebody looks, so that nothing is fresh any more.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += 60 * TimestampFrequency;
    }
}
