using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>What one subscriber does not know yet of the device he looks at.</summary>
internal sealed class SheetView(DeviceId device, DeviceSheets sheets)
{
    private string _sheet = "";
    private string _gaps = "";

    /// <returns>Events by name; none when nothing changed.</returns>
    public IEnumerable<(string Name, string Data)> Next(bool withSecurity)
    {
        var (sheet, gaps) = sheets.Current(device, withSecurity);
        if (IsNews(ref _sheet, JsonSerializer.Serialize(sheet, ApiJson.Default.DeviceSheet))) yield return ("device", _sheet);
        if (IsNews(ref _gaps, JsonSerializer.Serialize(gaps, ApiJson.Default.GapsFrame))) yield return ("gaps", _gaps);
    }

    private static bool IsNews(ref string told, string now)
    {
        if (string.Equals(told, now, StringComparison.Ordinal)) return false;

        told = now;
        return true;
    }
}
