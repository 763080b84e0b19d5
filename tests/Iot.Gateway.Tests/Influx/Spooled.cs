using System.Text;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Gateway.Tests.Influx;

/// <summary>Makes spooled messages as they reach a sink, without a journal or a decoder.</summary>
internal static class Spooled
{
    public const long Time = 1_765_432_100_000_000_000;

    public static SpooledMessage Message(params Sample[] samples) => Judged(0, "pump-7", "", [], samples);

    public static SpooledMessage Message(ulong offset, params Sample[] samples) => Judged(offset, "pump-7", "", [], samples);

    public static SpooledMessage Judged(ulong offset, string device, string tags, Rejection[] rejected, params Sample[] samples)
    {
        var head = new SpoolRecord
        {
            Verdict = Verdict.Judged,
            Readings = samples.Length,
            Device = Encoding.ASCII.GetBytes(device),
            Measurement = "telemetry"u8,
            Tags = Encoding.UTF8.GetBytes(tags),
        };
        var bytes = new byte[head.HeadLength(rejected.Length)];
        head.WriteHead(bytes, rejected);

        var message = new SpooledMessage(new MessageDecoder(1024));
        message.OpenHead(offset, SpoolRecord.Read(bytes));
        foreach (var sample in samples) message.Batch.Add(sample.ToReading(message.Batch));
        return message;
    }
}

/// <summary>A reading as a test writes it down: a double or int, bool, string, byte[] or, for a sum alone, null.</summary>
internal sealed record Sample(string Field, object? Value, long TimeNs = Spooled.Time, string Measurement = "", string Tags = "", double Sum = double.NaN)
{
    public Reading ToReading(ReadingBatch batch) => new()
    {
        Measurement = batch.AddText(Measurement),
        Field = batch.AddText(Field),
        Tags = batch.AddText(Tags),
        TimeNs = TimeNs,
        Sum = Sum,
        Number = Value switch { double number => number, int number => number, true => 1, _ => 0 },
        Text = Value switch { string text => batch.AddText(text), byte[] data => batch.AddText(data.AsSpan()), _ => default },
        Kind = Value switch
        {
            double or int => ReadingKind.Float,
            bool => ReadingKind.Boolean,
            string => ReadingKind.String,
            byte[] => ReadingKind.Data,
            _ => ReadingKind.None,
        },
    };
}
