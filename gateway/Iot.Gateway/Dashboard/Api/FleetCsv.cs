using System.Buffers;
using System.Globalization;
using System.Text;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Devices as RFC 4180 with a header line; what is not known is empty.</summary>
internal sealed class FleetCsv(IBufferWriter<byte> to)
{
    public const string ContentType = "text/csv; charset=utf-8; header=present";

    private static readonly SearchValues<char> MustBeQuoted = SearchValues.Create(",\"\r\n");

    public void Begin() => Write("device,state,last_seen,site,type,registration,rate,gaps,missing,held,rejected,clock,skew\r\n");

    public void Add(ListedDevice device)
    {
        object?[] cells =
        [
            device.Device, SnakeCase.Of(device.State), device.LastSeen, device.Site, device.Type, device.Registration,
            device.Rate, device.Gaps, device.Missing, device.Held, device.Rejected, device.Clock, device.Skew,
        ];
        Write(string.Join(',', cells.Select(cell => Quoted(Convert.ToString(cell, CultureInfo.InvariantCulture) ?? ""))) + "\r\n");
    }

    private void Write(string line) => Encoding.UTF8.GetBytes(line, to);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(MustBeQuoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
