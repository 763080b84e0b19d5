using System.Security.Cryptography.X509Certificates;
using Iot.Journal;

namespace Iot.Gateway.Certificates;

/// <summary>The CA in force and, from a rotation until it is retired, the one before, which devices may still trust. Thread-safe.</summary>
/// <remarks>
/// A rotation needs nothing of the devices: the gateway shows its certificate below the new root, and a cross certificate in which the old root vouches for the new one.
/// Who trusts either finds his way. Devices are told both roots whenever they enroll or renew.
/// </remarks>
internal sealed class Authorities : IDisposable
{
    private static readonly TimeSpan Warned = TimeSpan.FromDays(30);

    private readonly Lock _turn = new();
    private readonly CaOptions _options;
    private readonly CaGenerations _generations;
    private readonly TimeProvider _clock;
    private readonly ILogger<CertificateAuthority> _logger;
    private volatile InForce _now;

    private Authorities(string directory, CaOptions options, TimeProvider clock, ILogger<CertificateAuthority> logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _generations = new(directory, clock, new PosixDisk());
        _now = Load();
    }

    public CertificateAuthority Current => _now.Authority;

    /// <summary>One sentence when it soon ends, or has; null when all is well.</summary>
    public string? Problem
    {
        get
        {
            var (now, ends) = (_clock.GetUtcNow(), Current.EndsAt);
            if (now < Current.BeginsAt) return $"This machine's clock says {now:u}, and the CA is valid from {Current.BeginsAt:u}: no certificates are given until the clock is right. Readings are taken.";
            if (ends - now > Warned && ends - now > _options.DeviceCertificateLifetime) return null;

            var remedy = _options.IsGiven ? "Give the next one, see docs/certificates.md" : "Rotate it: iot-gateway ca rotate";
            return $"The CA that signs certificates {(ends > now ? "ends" : "ended")} at {ends:u}: certificates hold no longer than it, and devices cannot renew theirs afterwards. {remedy}.";
        }
    }

    /// <summary>The one before, when it is not retired yet.</summary>
    public X509Certificate2? PreviousRoot => _now.Previous;

    /// <summary>What devices should trust: one root, or two.</summary>
    public IReadOnlyList<X509Certificate2> Roots => _now.Roots;

    /// <summary>What stands above a server certificate of <see cref="Current"/>, so that holders of any of <see cref="Roots"/> believe it.</summary>
    public IReadOnlyList<X509Certificate2> AboveServer => _now.AboveServer;

    /// <summary>Raised after a rotation or a retirement, on the thread that made it: do not block.</summary>
#pragma warning disable MA0046 // there is one: a sender and an EventArgs would say nothing
    public event Action? Changed;
#pragma warning restore MA0046

    /// <param name="directory">Of the gateway's own CA; made when there is none.</param>
    /// <exception cref="CaException">The files cannot be used; they are left as they are.</exception>
    public static Authorities Open(string directory, CaOptions options, TimeProvider clock, ILogger<CertificateAuthority> logger) => new(directory, options, clock, logger);

    /// <summary>A new root and a new issuing CA sign from now on.</summary>
    /// <exception cref="CaException">It is not possible now; nothing was changed.</exception>
    public void Rotate()
    {
        lock (_turn)
        {
            var (current, previous) = _generations.Read();
            Refuse(previous is not null, current, "it was rotated already, and the CA before is still trusted", "Retire that first: iot-gateway ca retire");
            var (before, next) = (_generations.FilesOf(current), _generations.FilesOf(current + 1));
            using (var key = before.OpenRootKey()) // first of all: without it nothing is made
            {
                next.Complete();
                next.WriteCross(before, key);
            }

            Load(current + 1, current).Check(next.Cross, _clock.GetUtcNow());
            _generations.Write(current + 1, current);
            _now = Load();
            _logger.CaRotated(_generations.DirectoryOf(current + 1), Current.RootFingerprint);
        }

        Changed?.Invoke();
    }

    /// <summary>Nobody is told to trust the CA before any more, and the old root vouches for nothing.</summary>
    /// <exception cref="CaException">There is none; nothing was changed.</exception>
    public void Retire()
    {
        lock (_turn)
        {
            var (current, previous) = _generations.Read();
            Refuse(previous is null, current, "there is no CA before it that is still trusted", "'iot-gateway ca rotate' makes a new one.");
            _generations.Write(current, previous: null);
            _now = Load();
            _logger.CaRetired(_generations.DirectoryOf(previous!.Value));
        }

        Changed?.Invoke();
    }

    public void Dispose() => _now.Authority.Dispose();

    private void Refuse(bool when, int current, string finding, string remedy)
    {
        if (_options.IsGiven)
            throw new CaException(_options.CertificateFile!, "this CA was given, the gateway cannot make another", "Give the next one as Ca:CertificateFile, in Ca:ChainFile the cross certificate and both roots, and restart.");
        if (when) throw new CaException(_generations.DirectoryOf(current), finding, remedy);
    }

    /// <summary>Those before are not disposed of: a certificate may be being signed with them.</summary>
    private InForce Load()
    {
        if (_options.IsGiven)
        {
            var given = CertificateAuthority.Open("", _options, _clock, _logger);
            var now = new InForce(given, null, [given.Root, .. given.Roots.Where(root => !root.Equals(given.Root))], AboveServerOf(given));
            now.Check(_options.ChainFile ?? _options.CertificateFile!, _clock.GetUtcNow());
            return now;
        }

        var (current, previous) = _generations.Read();
        return Load(current, previous);
    }

    private InForce Load(int current, int? previous)
    {
        var authority = CertificateAuthority.Open(_generations.DirectoryOf(current), _options, _clock, _logger);
        if (previous is not { } before) return new(authority, null, [authority.Root], [.. authority.Chain]);

        var old = X509CertificateLoader.LoadCertificateFromFile(_generations.FilesOf(before).Root);
        var cross = X509CertificateLoader.LoadCertificateFromFile(_generations.FilesOf(current).Cross);
        return new(authority, old, [authority.Root, old], [authority.Chain.First(), cross, old]);
    }

    /// <summary>With two roots the newer one is left out: so the way leads over the cross certificate to the older one, and on it whoever trusts the newer one stops early.</summary>
    private static IReadOnlyList<X509Certificate2> AboveServerOf(CertificateAuthority given) =>
        given.Roots.Count() == 1 ? [.. given.Chain] : [.. given.Chain.Where(certificate => !certificate.Equals(given.Root))];

    private sealed record InForce(
        CertificateAuthority Authority, X509Certificate2? Previous, IReadOnlyList<X509Certificate2> Roots, IReadOnlyList<X509Certificate2> AboveServer)
    {
        /// <summary>Whoever trusts one root only, whichever, must find his way.</summary>
        /// <exception cref="CaException">From one of them there is none.</exception>
        public void Check(string path, DateTimeOffset now)
        {
            foreach (var root in Roots)
            {
                if (!ChainCheck.Leads(AboveServer[0], [.. AboveServer], root, now, out var why))
                    throw new CaException(path, $"who trusts {root.Subject} alone does not find his way to the issuing CA ({why})", "With two roots a cross certificate must be given, in which the older signs the newer one's key; nothing was changed.");
            }
        }
    }
}
