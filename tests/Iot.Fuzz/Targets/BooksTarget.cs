using Iot.Gateway.Deduplication;
using Iot.Gateway.Ledger;
using Iot.Gateway.Spooling;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Fuzz;

/// <summary>The file with the books and the marks: read, or one of the exceptions that the bookkeeper sets it aside for, and nothing of it taken over.</summary>
internal sealed class BooksTarget : FuzzTarget
{
    private const string Path = "/state/books.snapshot";
    private const ulong Journal = 77;
    private const ulong End = 1000;
    private const int MostAllocatedPerByte = 512;

    private static readonly DeduplicationOptions Options = new() { MaxIntervalsPerDevice = 16, MaxDevices = 1000 };

    public override string Name => "books-snapshot";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            yield return [FlaggedInput.Repair, .. Books.Empty().Written()];
            yield return [FlaggedInput.Repair, .. Books.Sample().Written()];
            yield return [0, .. Books.Sample().Written(), 1, 2, 3, 4];
        }
    }

    public override void Run(byte[] input)
    {
        if (!FlaggedInput.TryTake(input, out var flags, out var bytes)) return;

        var disk = new LossyDisk(seed: 1);
        var file = new SnapshotFile(Path, disk);
        if ((flags & FlaggedInput.Repair) != 0) file.Replace(Repaired(bytes));
        else disk.WriteAllBytes(Path, bytes);

        var meter = AllocationMeter.Start();
        var read = Books.Empty();
        try
        {
            read.Snapshot.Read(new MemoryStream(file.Read()!), Journal, End);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or DamagedSnapshotException)
        {
            Promise.Holds(read is { Ledger: { Devices: 0, Applied: 0, Sinks.Count: 0 }, Marks.Devices: 0 }, "something of a damaged file was taken over");
            return;
        }

        meter.AssertInProportion(bytes.Length, MostAllocatedPerByte);
        Promise.Holds(read.Ledger.Applied <= End, "the books go beyond the journal");

        var again = Books.Empty();
        again.Snapshot.Read(new MemoryStream(read.Written()), Journal, End);
        Promise.Same(read.Show(), again.Show(), "what was written and read again");
    }

    private static byte[] Repaired(byte[] bytes)
    {
        if (bytes.AsSpan().IndexOf(SnapshotLayout.Magic) is >= 0 and var marks) MarksChecksums.Repair(bytes.AsSpan(marks));
        return bytes;
    }

    /// <summary>Ages stay what they are.</summary>
    private sealed class FrozenClock : TimeProvider
    {
        public override long GetTimestamp() => TimestampFrequency * 1_000_000;
    }

    /// <summary>A ledger with its marks.</summary>
    private sealed class Books
    {
        private static readonly Func<ulong, IReadOnlyDictionary<DeviceId, SinkAccount>> NothingOwed = _ => new Dictionary<DeviceId, SinkAccount>();

        private readonly DigestWindow _digests = new(Options, new FrozenClock());

        private Books(Deduplicator marks)
        {
            Marks = marks;
            Ledger = new(marks);
            Snapshot = new(Ledger, marks, _digests);
        }

        public Deduplicator Marks { get; }

        public GatewayLedger Ledger { get; }

        public BooksSnapshot Snapshot { get; }

        public static Books Empty() => new(new(Options));

        public static Books Sample()
        {
            var books = new Books(MarksTarget.Samples()[0]);
            books.Ledger.OpenSink("embedded", 0, NothingOwed);
            for (ulong offset = 0; offset < 4; offset++)
            {
                var record = new SpoolRecord
                {
                    Verdict = (Verdict)(1 + (offset % 3)), ReceivedAtNs = (long)offset, Readings = 3, Identity = offset == 3 ? null : new(10, offset, 0),
                    Device = offset % 2 == 0 ? "d1"u8 : "d2"u8,
                };
                books.Ledger.Apply(offset, record);
            }

            books.Ledger.OpenSink("influx", 2, NothingOwed);
            lock (books._digests.Lock)
            {
                books._digests.Remember(new(DeviceId.Parse("d1"), 0x0123_4567_89ab_cdef), TimeSpan.FromMinutes(2));
                books._digests.Remember(new(DeviceId.Parse("d2"), UInt128.MaxValue));
            }

            return books;
        }

        public byte[] Written()
        {
            var bytes = new MemoryStream();
            Snapshot.Write(bytes, Journal);
            return bytes.ToArray();
        }

        private string Digests()
        {
            lock (_digests.Lock) return string.Join(' ', _digests.All());
        }

        public string Show() => string.Join('\n', Ledger.All()
            .Select(books => $"{books with { Sinks = [], Epochs = [], Gaps = [] }} {string.Join(' ', books.Sinks)} {string.Join(' ', books.Epochs)} {string.Join(' ', books.Gaps)}")
            .Prepend(MarksTarget.Show(Marks)).Prepend(Digests()).Prepend($"{Ledger.Applied} {string.Join(' ', Ledger.Sinks.Select(Ledger.TotalOf))}"));
    }
}
