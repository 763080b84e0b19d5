using System.Globalization;
using System.Text;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>A device that makes messages of every kind: in two lanes, in several epochs, with bad readings, without identity, not decodable.</summary>
internal sealed class SendingDevice(string id, Random random)
{
    private const int MostEpochs = 6; // more than 8 are forgotten, which is another test
    private const long FirstSecond = 1_600_000_000;

    private readonly Queue<ulong> _skipped = new();
    private ulong _epoch = 1;
    private ulong _seq;
    private ulong _first;
    private int _serial = 1_000_000 * id[0]; // so that no two devices send the same

    public SentMessage Make() => random.Next(20) switch
    {
        0 => Undecodable(),
        1 or 2 => Batch(null),
        _ => Batch(NextIdentity()),
    };

    private BatchIdentity NextIdentity()
    {
        if (random.Next(40) == 0 && _epoch < MostEpochs)
        {
            (_epoch, _seq, _first) = (_epoch + 1, 0, 0);
            _skipped.Clear(); // what lies in the lost outbox never comes
        }

        if (random.Next(30) == 0 && _seq > _first) _first = (ulong)random.NextInt64((long)_first, (long)_seq) + 1;
        while (_skipped.TryPeek(out var skipped) && skipped < _first) _skipped.Dequeue(); // given up
        if (_skipped.Count > 0 && random.Next(3) == 0) return new(_epoch, _skipped.Dequeue(), _first); // the slow lane
        if (random.Next(8) == 0) _skipped.Enqueue(++_seq);

        return new(_epoch, ++_seq, _first);
    }

    private SentMessage Undecodable() => new(id, null, string.Create(CultureInfo.InvariantCulture, $"[{{\"n\":\"broken {_serial++}"), []);

    private SentMessage Batch(BatchIdentity? identity)
    {
        var payload = new StringBuilder("[");
        var readings = new List<SentReading>();
        for (var left = 1 + random.Next(4); left > 0; left--)
        {
            var reading = NextReading();
            readings.Add(reading);
            payload.Append(CultureInfo.InvariantCulture, $"{(payload.Length > 1 ? ",{" : "{")}");
            if (readings.Count == 1 && identity is { } its)
                payload.Append(CultureInfo.InvariantCulture, $"\"epoch\":\"{its.Epoch:x16}\",\"seq\":{its.Seq},{(its.First > 0 ? $"\"first\":{its.First}," : "")}");
            payload.Append(CultureInfo.InvariantCulture, $"\"n\":\"{reading.Point.Field}\",\"t\":{reading.Point.TimeNs / 1_000_000_000},");
            payload.Append(CultureInfo.InvariantCulture, $"\"v\":{(reading.IsGood ? reading.Value : $"\"{reading.Value}\"")}}}");
        }

        return new(id, identity, payload.Append(']').ToString(), readings);
    }

    /// <summary>One in six is a new value for an old point, which must win over it.</summary>
    private SentReading NextReading()
    {
        var serial = ++_serial;
        var second = FirstSecond + (random.Next(6) == 0 ? serial - random.Next(50) : serial);
        var field = random.Next(8) == 0 ? SentPoint.Refused : "value";
        return new(new(id, field, second * 1_000_000_000), serial, IsGood: random.Next(8) != 0);
    }
}
