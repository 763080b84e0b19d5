using Iot.Gateway.Certificates;

namespace Iot.Gateway.Devices;

/// <summary>Which certificates the audit log holds, of those asked for since the start: the same question again is no news. Thread-safe.</summary>
/// <remarks>After a crash between giving one and writing so, it is not here, and is written when it is asked for again.</remarks>
internal sealed class ToldCertificates
{
    /// <summary>Beyond it all are forgotten, and each may be written once more.</summary>
    private const int MostRemembered = 100_000;

    private readonly Lock _turn = new();
    private readonly HashSet<Fingerprint> _certificates = [];

    public bool Contains(ReadOnlySpan<byte> certificate)
    {
        var fingerprint = Fingerprint.Of(certificate);
        lock (_turn) return _certificates.Contains(fingerprint);
    }

    public void Add(ReadOnlySpan<byte> certificate)
    {
        var fingerprint = Fingerprint.Of(certificate);
        lock (_turn)
        {
            if (_certificates.Count >= MostRemembered) _certificates.Clear();
            _certificates.Add(fingerprint);
        }
    }
}
