using System.Net;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Detection.Connections;

/// <summary>Where each certificate is connected from: a copy of it shows as a second network that does not replace the first. Thread-safe.</summary>
/// <remarks>
/// A device that moves leaves a network and stays away; a broken link leaves a connection behind that keep-alive ends. So it is told only when a
/// certificate goes back and forth, or stays connected from two networks. Only certificates that were let in come here, so their number is that of the devices.
/// </remarks>
internal sealed class CertificateWatch(Action<Finding> raise, DetectionOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CertificatePlaces> _certificates = new(StringComparer.Ordinal);

    /// <param name="certificate">Its fingerprint.</param>
    /// <param name="device">Whose it is.</param>
    public void Connected(string certificate, string device, EndPoint? remote)
    {
        if (!options.CertificateShared || SiteOf(remote) is not { } site) return;

        lock (_gate)
        {
            if (!_certificates.TryGetValue(certificate, out var places))
            {
                if (_certificates.Count >= options.Devices) ForgetQuiet();
                if (_certificates.Count >= options.Devices) return; // all of them are connected
                _certificates[certificate] = places = new(device);
            }

            if (places.Enter(site, clock.GetUtcNow(), options.Window) >= options.NetworkReturns)
                Raise(certificate, places, $"went {places.Returns} times back to a network it had just left");
        }
    }

    public void Disconnected(string certificate, EndPoint? remote)
    {
        if (SiteOf(remote) is not { } site) return;

        lock (_gate)
        {
            if (_certificates.TryGetValue(certificate, out var places)) places.Leave(site, clock.GetUtcNow());
        }
    }

    /// <summary>What no connection tells: two of them have been there for too long.</summary>
    public void Look()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var (certificate, places) in _certificates)
                if (places.LiveSince(now - options.CertificateOverlap) > 1) Raise(certificate, places, $"connected from both for more than {Words.Of(options.CertificateOverlap)}");
        }
    }

    private void Raise(string certificate, CertificatePlaces places, string how) => raise(new(
        SecurityEventKind.CertificateShared, places.Device, $"certificate {certificate[..Math.Min(16, certificate.Length)]} at {places.Sites}: {how}",
        "one network at a time") { Device = places.Device, Address = places.Newest });

    private void ForgetQuiet()
    {
        var now = clock.GetUtcNow();
        foreach (var (certificate, places) in _certificates)
            if (places.IsQuietSince(now - options.Window)) _certificates.Remove(certificate);
    }

    private static string? SiteOf(EndPoint? remote) => remote is IPEndPoint ip ? AddressSite.Of(ip.Address).ToString() : null;
}
