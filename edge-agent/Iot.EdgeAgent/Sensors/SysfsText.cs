namespace Iot.EdgeAgent.Sensors;

/// <summary>Names and labels in /sys.</summary>
internal static class SysfsText
{
    /// <summary>Null when the file is absent, empty or unreadable: a label is a nicety, the sensor works without.</summary>
    public static string? FirstLine(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } line ? line : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
