using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Iot.Gateway.Certificates;

/// <summary>The names that stand in the gateway's own server certificate.</summary>
/// <param name="urls">Where it is reached, as the configuration says; hosts that mean "every address" do not count.</param>
internal sealed class ServerNames(TlsOptions options, IEnumerable<Uri?> urls)
{
    /// <summary>The first is its common name.</summary>
    public IReadOnlyList<string> All { get; } =
    [
        .. Split(options.Names)
            .Concat(options.Names is { Length: > 0 } ? [] : [Environment.MachineName])
            .Concat(urls.OfType<Uri>().Select(url => url.Host.Trim('[', ']')).Where(IsName))
            .Concat(["localhost", "127.0.0.1", "::1"])
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    public static string[] Split(string? names) => names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    public X509Extension Extension()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in All)
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }

        return names.Build();
    }

    private static bool IsName(string host) =>
        host is not ("*" or "+") && (!IPAddress.TryParse(host, out var address) || (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)));
}
