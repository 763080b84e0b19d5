using System.Net.Http.Headers;
using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>URLs and authorization of both APIs.</summary>
internal static class InfluxAddress
{
    public static Uri Write(InfluxOptions options) => options.Api == InfluxApi.V1
        ? At(options, "write", ("db", options.Database), ("rp", options.RetentionPolicy), ("precision", "ns"))
        : At(options, "api/v2/write", ("org", options.Org), ("bucket", options.Bucket), ("precision", "ns"));

    /// <summary>InfluxQL; InfluxDB 2 and 3 take it here, too, with the bucket as database.</summary>
    public static Uri Query(InfluxOptions options) => At(options, "query");

    /// <summary>Flux: InfluxDB 2, and 1.8 where it is switched on.</summary>
    public static Uri Flux(InfluxOptions options) => At(options, "api/v2/query", ("org", options.Org));

    /// <summary>A token where there is one, else user and password; null for none.</summary>
    public static AuthenticationHeaderValue? Authorization(InfluxOptions options, InfluxSecrets secrets)
    {
        if (secrets.Token.Length > 0) return new("Token", secrets.Token);

        return options.Username.Length > 0
            ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{secrets.Password}")))
            : null;
    }

    private static Uri At(InfluxOptions options, string path, params (string Key, string Value)[] query)
    {
        var root = options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var given = query.Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}");
        return new($"{root}/{path}?{string.Join('&', given)}");
    }
}
