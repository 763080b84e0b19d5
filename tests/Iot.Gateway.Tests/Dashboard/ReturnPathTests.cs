using System.Net;
using Iot.Gateway.Dashboard.Access;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Where somebody is led who must sign in first.</summary>
public sealed class ReturnPathTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/devices?state=silent", "/devices?state=silent")]
    [InlineData("/explore?series=a%2Fb/c/d/&range=24h", "/explore?series=a%2Fb/c/d/&range=24h")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("/a\r\nSet-Cookie: x=y", "/")]
    [InlineData("", "/")]
    public async Task Who_signs_in_gets_the_page_he_asked_for_and_never_one_of_another_site(string asked, string given)
    {
        await using var gateway = await (await new CannedGateway { From = Elsewhere }.StartAsync()).WithUserAsync("anna", Role.Operator);
        using var browser = new Browser(gateway);

        using var wrong = await browser.PostAsync("/sign-in", "/sign-in", ("name", "anna"), ("password", "wrong horse battery"), ("to", asked));
        Assert.Contains($"name=\"to\" value=\"{WebUtility.HtmlEncode(given)}\"", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var answer = await browser.PostAsync("/sign-in", "/sign-in", ("name", "anna"), ("password", Browser.Password), ("to", asked));

        Assert.Equal(given, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_page_that_needs_a_session_leads_to_the_sign_in_that_leads_back_and_from_another_site_by_a_page()
    {
        await using var gateway = await (await new CannedGateway { From = Elsewhere }.StartAsync()).WithUserAsync("anna", Role.Operator);
        using var browser = new Browser(gateway);

        using var away = await GoAsync(site: "none");
        using var fromElsewhere = await GoAsync(site: "cross-site");

        Assert.Equal("/sign-in?to=%2Fdevices%3Fstate%3Dsilent", away.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, fromElsewhere.StatusCode);
        Assert.Contains("content=\"0;url=/sign-in?to=%2Fdevices%3Fstate%3Dsilent\"", await fromElsewhere.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        Task<HttpResponseMessage> GoAsync(string site)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/devices?state=silent");
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("Sec-Fetch-Site", site);
            return browser.SendAsync(request);
        }
    }
}
