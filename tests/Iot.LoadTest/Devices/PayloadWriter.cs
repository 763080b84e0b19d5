using System.Buffers;
using System.Globalization;
using System.Text;
using Iot.Wire;

namespace Iot.LoadTest.Devices;

/// <summary>Makes the payload of a device's message: values differ, times rise, nothing is a duplicate. One owner at a time.</summary>
/// <remarks>Point n of a device lies n milliseconds after <see cref="FirstTimeNs"/>, so that a time says which message it came in.</remarks>
internal sealed class PayloadWriter
{
    public const long StepNs = 1_000_000;

    private readonly LoadPlan _plan;
    private readonly ReadingBatch _batch = new();
    private readonly string[] _fields;

    public PayloadWriter(LoadPlan plan)
    {
        _plan = plan;
        _fields = [.. Enumerable.Range(0, plan.Fields).Select(field => string.Create(CultureInfo.InvariantCulture, $"{plan.FieldName}_{field}"))];
        var names = _fields.Select(field => _batch.AddText(field)).ToArray();
        var measurement = _batch.AddText("machine");
        for (var i = 0; i < plan.Readings; i++)
            _batch.Add(new() { Measurement = measurement, Field = names[i % plan.Fields], Kind = ReadingKind.Float, Sum = double.NaN });
    }

    /// <summary>A day ago: generated times run ahead of the clock when load is heavy, and may not lie in the future.</summary>
    public static long FirstTimeNs { get; } =
        (DateTimeOffset.UtcNow.AddDays(-1) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond * StepNs;

    /// <summary>Message <paramref name="seq"/> (1, 2, 3 …) of a device.</summary>
    public void Write(in DeviceId device, ulong epoch, ulong seq, IBufferWriter<byte> to)
    {
        if (_plan.Payload == PayloadKind.Line)
        {
            WriteLines(device, seq, to);
            return;
        }

        _batch.Device = device;
        _batch.Identity = new(epoch, seq, 0);
        for (var i = 0; i < _plan.Readings; i++)
            _batch.Replace(i, _batch.Readings[i] with { TimeNs = TimeNs(seq, i / _plan.Fields), Number = Value(seq, i) });

        if (_plan.Payload == PayloadKind.Json) SenMlJsonEncoder.Encode(_batch, to);
        else SenMlCborEncoder.Encode(_batch, to);
    }

    private void WriteLines(in DeviceId device, ulong seq, IBufferWriter<byte> to)
    {
        for (var point = 0; point < _plan.Points; point++)
        {
            var line = to.GetSpan(128 + (_plan.Fields * 40));
            var length = Encoding.ASCII.GetBytes("machine ", line);
            for (var field = 0; field < _plan.Fields; field++)
            {
                if (field > 0) line[length++] = (byte)',';
                length += Encoding.ASCII.GetBytes(_fields[field], line[length..]);
                line[length++] = (byte)'=';
                Value(seq, (point * _plan.Fields) + field).TryFormat(line[length..], out var written, default, CultureInfo.InvariantCulture);
                length += written;
            }

            line[length++] = (byte)' ';
            TimeNs(seq, point).TryFormat(line[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
            line[length++] = (byte)'\n';
            to.Advance(length);
        }
    }

    private long TimeNs(ulong seq, int point) => FirstTimeNs + ((((long)seq - 1) * _plan.Points) + point) * StepNs;

    /// <summary>Two decimals, as sensors have, and no run of equal ones.</summary>
    private static double Value(ulong seq, int reading) => (2000 + ((((long)seq * 31) + (reading * 7919L)) % 1000)) / 100d;
}
