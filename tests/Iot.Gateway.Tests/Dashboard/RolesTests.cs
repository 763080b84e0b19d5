using System.Net;
using System.Text.Json;
using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Each endpoint is for a role, or on the list of those that are open; nobody does more than his role says.</summary>
public sealed class RolesTests
{
    /// <summary>Everything that strangers may call. Static files are open besides.</summary>
    private static readonly string[] Open =
    [
        "GET /health/live", "GET /health/ready", "/metrics", "GET /sign-in", "POST /sign-in", "POST /sign-out", "GET /setup", "POST /setup",
        "POST /api/v1/setup", "GET /api/v1/enroll/roots", "POST /api/v1/enroll/", "POST /api/v1/enroll/renew",
        "GET /install.sh", "GET /install/SHA256SUMS", "GET /install/{name}",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_names_a_role_or_is_on_the_list_of_open_ones()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var files = gateway.Endpoints.Where(IsFile).ToList();
        var others = gateway.Endpoints.Except(files).ToList();

        Assert.NotEmpty(files);
        Assert.Equal(Open.Order(StringComparer.Ordinal), others.Where(IsOpen).Select(NameOf).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(others.Where(endpoint => !IsOpen(endpoint) && endpoint.Metadata.GetMetadata<NeedsRole>() is null).Select(NameOf));
    }

    [Theory]
    [InlineData("GET", "/api/v1/devices", "viewer")]
    [InlineData("GET", "/api/v1/fleet", "viewer")]
    [InlineData("GET", "/devices", "viewer")]
    [InlineData("GET", "/registry/add", "operator")]
    [InlineData("GET", "/api/v1/readings?device=x", "viewer")]
    [InlineData("GET", "/api/v1/ledger", "viewer")]
    [InlineData("GET", "/api/v1/me", "viewer")]
    [InlineData("GET", "/api/v1/openapi.json", "viewer")]
    [InlineData("GET", "/api/v1/dead-letters", "operator")]
    [InlineData("POST", "/api/v1/dead-letters/1/requeue", "operator")]
    [InlineData("POST", "/api/v1/dead-letters/discard?id=1", "operator")]
    [InlineData("GET", "/api/v1/security-events", "operator")]
    [InlineData("PUT", "/api/v1/devices/x/config", "operator")]
    [InlineData("DELETE", "/api/v1/devices/x/config", "operator")]
    [InlineData("GET", "/security", "operator")]
    [InlineData("GET", "/api/v1/audit", "admin")]
    [InlineData("GET", "/api/v1/users", "admin")]
    [InlineData("POST", "/api/v1/users", "admin")]
    [InlineData("DELETE", "/api/v1/users/nobody", "admin")]
    [InlineData("GET", "/api/v1/keys", "admin")]
    [InlineData("POST", "/api/v1/keys", "admin")]
    [InlineData("DELETE", "/api/v1/keys/1", "admin")]
    [InlineData("POST", "/api/v1/backup", "admin")]
    [InlineData("GET", "/users", "admin")]
    public async Task What_a_role_may_do_those_above_may_too_and_those_below_are_told_which_it_needs(string method, string path, string needed)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        foreach (var role in Roles.All)
        {
            using var client = gateway.Client(gateway.NewKey(role));
            using var request = new HttpRequestMessage(new(method), path);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);

            Assert.True(Roles.TryParse(needed, out var least));
            if (role >= least)
            {
                Assert.NotEqual(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
            }
            else
            {
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
                Assert.Contains($"needs the role {needed}; key:test has {Roles.NameOf(role)}", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("POST", "/api/v1/ledger/reconcile", Role.Operator)]
    [InlineData("GET", "/api/v1/replays", Role.Operator)]
    [InlineData("POST", "/api/v1/replays", Role.Operator)]
    [InlineData("DELETE", "/api/v1/replays/{sink}", Role.Operator)]
    [InlineData("GET", "/api/v1/registry/", Role.Viewer)]
    [InlineData("POST", "/api/v1/registry/", Role.Operator)]
    [InlineData("POST", "/api/v1/registry/{id}/token", Role.Operator)]
    [InlineData("POST", "/api/v1/registry/{id}/disable", Role.Operator)]
    [InlineData("POST", "/api/v1/registry/{id}/enable", Role.Operator)]
    [InlineData("DELETE", "/api/v1/registry/{id}", Role.Admin)]
    [InlineData("GET", "/api/v1/sql", Role.Viewer)]
    [InlineData("GET", "/api/v1/readings/query", Role.Viewer)]
    [InlineData("GET", "/api/v1/live", Role.Viewer)]
    public async Task So_says_the_table_of_routes(string method, string path, object role)
    {
        await using var gateway = await new CannedGateway().StartAsync();

        Assert.Equal(role, gateway.Endpoints.Single(endpoint => NameOf(endpoint).Equals($"{method} {path}", StringComparison.Ordinal)).Metadata.GetMetadata<NeedsRole>()?.Role);
    }

    [Theory]
    [InlineData(Role.Viewer, HttpStatusCode.Forbidden)]
    [InlineData(Role.Operator, HttpStatusCode.OK)]
    public async Task What_goes_on_with_the_sinks_is_streamed_to_operators_only(object role, HttpStatusCode expected)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var client = gateway.Client(gateway.NewKey((Role)role));

        using var answer = await client.GetAsync("/api/v1/live?sinks=true", HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_description_says_how_to_show_who_one_is_and_which_role_each_path_needs()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var document = JsonDocument.Parse(await gateway.Client().GetStringAsync("/api/v1/openapi.json", Stop));
        var schemes = document.RootElement.GetProperty("components").GetProperty("securitySchemes");
        var audit = document.RootElement.GetProperty("paths").GetProperty("/api/v1/audit").GetProperty("get");

        Assert.Equal(("bearer", "cookie"), (schemes.GetProperty("key").GetProperty("scheme").GetString(), schemes.GetProperty("session").GetProperty("in").GetString()));
        Assert.Equal("Needs the role admin.", audit.GetProperty("description").GetString());
        Assert.Equal(["key", "session"], audit.GetProperty("security").EnumerateArray().SelectMany(one => one.EnumerateObject()).Select(one => one.Name));
        Assert.False(document.RootElement.GetProperty("paths").GetProperty("/api/v1/enroll").GetProperty("post").TryGetProperty("security", out _));
    }

    private static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    /// <summary>The last is there in unpublished builds only: a file that was added since the build. It is for admins, as all that names no role.</summary>
    private static bool IsFile(RouteEndpoint endpoint) =>
        endpoint.Metadata.Any(one => one.GetType().Name is "StaticAssetDescriptor") || endpoint.RoutePattern.RawText is "{**path:file}";

    private static string NameOf(RouteEndpoint endpoint)
    {
        var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var method, ..] ? $"{method} {path}" : path;
    }
}
