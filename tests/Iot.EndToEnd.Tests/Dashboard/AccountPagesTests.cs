using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Tests.Dashboard;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>Setup, sign-in, account, users and keys in a real browser.</summary>
public class AccountPagesTests(Chromium chromium)
{
    private const string Hostile = "<img src=x onerror=\"document.title='owned'\">";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task From_the_setup_code_to_users_and_keys_by_keyboard(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);
        var code = (await File.ReadAllTextAsync(Path.Combine(gateway.DataPath, "setup-code"), Stop)).Trim();

        await window.Page.GotoAsync(gateway.Url.ToString());
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Set up sign-in" }).ClickAsync();
        await Expect(window["#code"]).ToBeFocusedAsync();
        await window.ScreenshotAsync($"setup-{name}");
        await TypeAsync(window, code, "Tab", "anna", "Tab", Browser.Password, "Enter");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await window.ScreenshotAsync($"signed-in-{name}");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Users" }).ClickAsync();
        await window.Page.GetByText("Add a user").PressAsync("Enter");
        await window["#add-name"].FocusAsync();
        await TypeAsync(window, "ben", "Tab", "o", "Tab", Browser.Password, "Enter");
        await Expect(window["#users li"]).ToHaveCountAsync(2);
        await Expect(window["#users li"].Nth(1)).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"ben\s+operator\s*never signed in", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await window.Page.GetByText("Create a key").PressAsync("Enter");
        await window["#key-name"].FillAsync(Hostile);
        await window["#key-valid"].FillAsync("90d");
        await window["#key-valid"].PressAsync("Enter");

        var key = await window["#new-key"].InnerTextAsync();
        Assert.StartsWith("iotk_", key, StringComparison.Ordinal);
        await Expect(window["#keys li"]).ToContainTextAsync(Hostile);
        await Expect(window["#keys img"]).ToHaveCountAsync(0);
        await Expect(window.Page).ToHaveTitleAsync("Users and keys · IoT gateway");
        await window["#users summary"].First.ClickAsync();
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync($"users-{name}");
        Assert.Empty(window.Errors);
        Assert.Equal(Role.Viewer, gateway.Get<ApiKeys>().Use(key)?.Role);
    }

    [Fact]
    public async Task A_viewer_signs_in_sees_no_way_to_what_he_may_not_do_changes_his_password_and_signs_out()
    {
        await using var gateway = await (await SmallFleet.Make().StartAsync()).WithUserAsync("vera", Role.Viewer);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url.ToString());
        await window["#name"].FillAsync("vera");
        await window["#password"].FillAsync("wrong horse battery");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Name or password is wrong.");
        await window.ScreenshotAsync("sign-in-password");
        await window["#name"].FillAsync("vera");
        await window["#password"].FillAsync(Browser.Password);
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Users" })).ToHaveCountAsync(0);

        await window.Page.GotoAsync(gateway.Url + "account");
        await window["#current"].FillAsync(Browser.Password);
        await window["#password"].FillAsync("another horse battery");
        await window.ScreenshotAsync("account");
        await window.Page.RunAndWaitForResponseAsync(() => window.Page.Keyboard.PressAsync("Enter"), answer => answer.Request.Method is "POST");
        await Expect(window["h1"]).ToHaveTextAsync("vera");
        Assert.NotNull((await gateway.Get<PasswordSignIn>().TryAsync("vera", "another horse battery", System.Net.IPAddress.Loopback, Stop)).User);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(window["#name"]).ToBeVisibleAsync();
    }

    /// <summary>As from a chat or a ticket: the browser sends no cookie along, and none with a redirect from there.</summary>
    [Fact]
    public async Task A_link_on_another_site_leads_to_what_it_names_with_a_session_and_without_one_over_the_sign_in()
    {
        await using var gateway = await (await SmallFleet.Make().StartAsync()).WithUserAsync("vera", Role.Viewer);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);
        await window.Page.RouteAsync("http://localhost/", page => page.FulfillAsync(new() { ContentType = "text/html", Body = $"<a href='{gateway.Url}devices?state=silent'>the silent ones</a>" }));

        await window.Page.GotoAsync("http://localhost/");
        await window["a"].ClickAsync();
        await window["#name"].FillAsync("vera");
        await window["#password"].FillAsync(Browser.Password);
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window[".state[data-state=silent]"]).ToHaveAttributeAsync("aria-pressed", "true");
        await window.Page.GotoAsync("http://localhost/");
        await window["a"].ClickAsync();

        await Expect(window[".state[data-state=silent]"]).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.EndsWith("/devices?state=silent", window.Page.Url, StringComparison.Ordinal);
    }

    /// <summary>The provider is another site to the browser, so what it is sent back with does not bring our cookie along.</summary>
    [Fact]
    public async Task Somebody_whom_a_provider_on_another_site_knows_comes_in_and_his_name_is_text()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Name = Hostile;
        var canned = SmallFleet.Make();
        var secret = Path.Combine(canned.DataPath, "client-secret");
        await File.WriteAllTextAsync(secret, OpenIdProvider.Secret, Stop);
        canned.Oidc = new()
        {
            Authority = new UriBuilder(provider.Url) { Host = "localhost" }.Uri, ClientId = OpenIdProvider.ClientId, ClientSecretFile = secret, RoleClaim = "groups", Operators = "iot-operators", DisplayName = "the works account",
        };
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url.ToString());
        await window.ScreenshotAsync("sign-in-provider");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with the works account" }).ClickAsync();

        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window[".who"]).ToHaveTextAsync(Hostile);
        await Expect(window[".who img"]).ToHaveCountAsync(0);
        Assert.DoesNotContain("owned", await window.Page.TitleAsync(), StringComparison.Ordinal);
    }

    /// <summary>Keys by name, everything else as typed.</summary>
    private static async Task TypeAsync(Window window, params string[] words)
    {
        foreach (var word in words)
        {
            if (word is "Tab" or "Enter") await window.Page.Keyboard.PressAsync(word);
            else await window.Page.Keyboard.TypeAsync(word);
        }
    }
}
