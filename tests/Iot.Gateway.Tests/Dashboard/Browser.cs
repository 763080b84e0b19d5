using System.Net;
using System.Text.RegularExpressions;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Keeps cookies, and sends with each form the token of the page it stands on.</summary>
internal sealed partial class Browser : IDisposable
{
    public const string Password = "correct horse battery";

    private readonly CannedGateway _gateway;
    private readonly HttpClient _client;

    public Browser(CannedGateway gateway)
    {
        _gateway = gateway;
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = gateway.Url };
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public CookieContainer Cookies { get; } = new();

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _client.GetAsync(path, Stop);
        return answer.StatusCode;
    }

    public Task<string> TextAsync(string path) => _client.GetStringAsync(path, Stop);

    public async Task<string> TokenAsync(string page) =>
        CsrfToken().Match(await _client.GetStringAsync(page, Stop)) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups["token"].Value) : throw new InvalidOperationException($"{page} holds no token.");

    public async Task<HttpResponseMessage> PostAsync(string page, string path, params (string Name, string Value)[] fields) =>
        await SendAsync(path, await TokenAsync(page), fields);

    public async Task<HttpResponseMessage> SendAsync(string path, string? token, (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), .. token is null ? [] : new[] { KeyValuePair.Create("csrf", token) }]);
        return await _client.PostAsync(path, form, Stop);
    }

    /// <summary>Follows redirects, to a provider and back.</summary>
    public async Task<HttpResponseMessage> GoAsync(string path)
    {
        var answer = await _client.GetAsync(path, Stop);
        for (var hops = 0; answer.StatusCode == HttpStatusCode.Redirect && hops < 10; hops++)
        {
            var next = new Uri(answer.RequestMessage!.RequestUri!, answer.Headers.Location!);
            answer.Dispose();
            answer = await _client.GetAsync(next, Stop);
        }

        return answer;
    }

    /// <summary>Follows redirects up to the one that comes back to us, which is not gone.</summary>
    public async Task<string> LastStepAsync(string path)
    {
        using var there = await _client.GetAsync(path, Stop);
        using var back = await _client.GetAsync(there.Headers.Location, Stop);
        return back.Headers.Location!.ToString();
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);

    public Task<HttpResponseMessage> SignInAsync(string name, string password = Password) => PostAsync("/sign-in", "/sign-in", ("name", name), ("password", password));

    /// <summary>A user of this role, signed in.</summary>
    public static async Task<Browser> SignedInAsync(CannedGateway gateway, string name, Gateway.Dashboard.Access.Role role)
    {
        await gateway.WithUserAsync(name, role);
        var browser = new Browser(gateway);
        using var answer = await browser.SignInAsync(name);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>As a copy in somebody else's hands.</summary>
    public string SessionCookie => Cookies.GetCookies(_gateway.Url).Single(cookie => cookie.Name.EndsWith("session", StringComparison.Ordinal)).ToString();

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"csrf-token\" content=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CsrfToken();
}
