using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Where an answer was cut, as a word that the next question gives back: <c>after=…</c>. No name holds a NUL.</summary>
internal static class ReadingPlaceText
{
    public const string Allowed = "must be what an answer that was cut gave as next, unchanged";

    private const int MaxLength = 8192;

    public static string Format(in StoredReading last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Join('\0', last.Device.Value, last.Measurement, last.Field, last.Tags, last.TimeNs.ToString(CultureInfo.InvariantCulture))));

    public static bool TryParse(string text, out ReadingPlace? place)
    {
        place = null;
        if (text.Length > MaxLength || !Base64Url.IsValid(text)) return false;

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\0');
        if (parts.Length != 5 || !DeviceId.TryParse(parts[0], out var device)) return false;
        if (!long.TryParse(parts[4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)) return false;

        place = new(device, parts[1], parts[2], parts[3], time);
        return true;
    }
}
