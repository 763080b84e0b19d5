namespace Iot.EdgeAgent.Sensors;

/// <summary>Units of the SenML registry (RFC 8428 section 12.1, RFC 8798) that our sensors use.</summary>
/// <remarks>The registry has no <c>%</c>: a share is a ratio from 0 to 1 with the unit <c>/</c>, which a dashboard shows as percent.</remarks>
internal static class Units
{
    public const string Ratio = "/";
    public const string Bytes = "B";
    public const string BytesPerSecond = "B/s";
    public const string BitsPerSecond = "bit/s";
    public const string Count = "count";
    public const string Seconds = "s";
    public const string Celsius = "Cel";
    public const string Volt = "V";
    public const string Ampere = "A";
    public const string Watt = "W";
    public const string Joule = "J";
    public const string RelativeHumidity = "%RH";
    public const string PerMinute = "1/min";
}
