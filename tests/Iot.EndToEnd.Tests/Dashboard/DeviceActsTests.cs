using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Detection;
using Iot.Gateway.Devices;
using Iot.Gateway.Tests.Dashboard;
using Iot.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>What is wrong with a device, and what may be done with it, on its page.</summary>
public class DeviceActsTests(Chromium chromium)
{
    [Fact]
    public async Task What_is_wrong_comes_first_with_what_to_do_and_goes_when_it_is_put_right()
    {
        var canned = SmallFleet.Make();
        await using var gateway = await canned.StartAsync();
        var van = DeviceId.Parse("van-07");
        gateway.Get<DeviceRegistry>().Add(van, new("van", "depot", new Dictionary<string, string> { ["line"] = "north" }));
        gateway.Get<DeviceRegistry>().Disable(van);
        gateway.Get<SecurityEvents>().Raise(new(SecurityEventKind.TakeoverFlapping, "van-07", "taken over 9 times", "never") { Device = "van-07" });
        await using var window = await chromium.OpenAsync(1440, 1000, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url + "devices/van-07");

        await Expect(window["#state"]).ToHaveTextAsync("disabled");
        await Expect(window["#labels .label"]).ToHaveTextAsync(["site depot", "type van", "line north"]);
        await Expect(window[".trouble"].First).ToContainTextAsync("the gateway shuts it out");
        await Expect(window[".trouble[data-kind=security]"]).ToContainTextAsync("taken over 9 times");
        await window.ScreenshotAsync("device-disabled");
        await window["[data-act=enable]"].ClickAsync();
        await Expect(window[".trouble[data-kind=disabled]"]).ToHaveCountAsync(0);
        await Expect(window[".trouble[data-kind=offline]"]).ToContainTextAsync("3 hours ago");
        await Expect(window["#audit"]).ToContainTextAsync("device.enable");
        await window["[data-act=disable]"].ClickAsync();
        await Expect(window["#disable-dialog"]).ToBeVisibleAsync();
        await window.ScreenshotAsync("device-disable-dialog");
        await window.Page.Keyboard.PressAsync("Enter"); // what is not asked for is not done
        Assert.Equal(EnrollmentState.Pending, gateway.Get<DeviceRegistry>().Find(van)!.State);
        await window["[data-act=disable]"].ClickAsync();
        await window["#disable-dialog button.danger"].ClickAsync();
        await Expect(window["#state"]).ToHaveTextAsync("disabled");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_configuration_is_desired_refused_with_the_reason_and_cleared()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        gateway.Register("cold-store-2");
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");
        await Expect(window["#config-text"]).ToHaveValueAsync("{}");

        await window["#config-text"].FillAsync("[1]");
        await window["#config-form button[type=submit]"].ClickAsync();
        await Expect(window["#config-answer"]).ToContainTextAsync("must be a JSON object of settings");
        await window["#config-text"].FillAsync("""{"Batching": {"MaxAge": "00:00:05"}}""");
        await window["#config-form button[type=submit]"].ClickAsync();
        await Expect(window["#config-answer"]).ToBeHiddenAsync();
        await Expect(window["#config"]).ToHaveTextAsync("Version 1 waits for the device to take it.");
        gateway.Get<DeviceConfigs>().Told(DeviceId.Parse("cold-store-2"), """{"version":1,"state":"refused","problems":[{"key":"Batching:MaxAge","value":"<b>5</b>","reason":"too short"}]}"""u8);
        await Expect(window["#config"]).ToHaveTextAsync("Version 1 was refused by the device, nothing was changed.");
        await Expect(window["#config-problems"]).ToHaveTextAsync("Batching:MaxAge = <b>5</b>: too short");
        await Expect(window[".trouble[data-kind=config]"]).ToContainTextAsync("It refused configuration 1");
        await window.IsNoWiderThanItsScreenAsync();
        await window.ScreenshotAsync("device-config-phone");
        await window["#config-clear"].ClickAsync();
        await window["#clear-dialog button.danger"].ClickAsync();
        await Expect(window["#config-text"]).ToHaveValueAsync("{}");
        await Expect(window["#audit"]).ToContainTextAsync("device.config");
        Assert.Contains("400", Assert.Single(window.Errors), StringComparison.Ordinal); // what was refused, as the browser notes it
    }

    [Fact]
    public async Task A_device_that_never_spoke_says_how_to_set_it_up_and_one_that_is_unknown_leads_to_all()
    {
        var canned = SmallFleet.Make();
        await using var gateway = await canned.StartAsync();
        gateway.Get<DeviceRegistry>().Add(DeviceId.Parse("pump-new"), new("pump", "", new Dictionary<string, string>()));
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Dark);

        await window.Page.GotoAsync(gateway.Url + "devices/pump-new");
        await Expect(window["#setup-title"]).ToBeVisibleAsync();
        await Expect(window["#state"]).ToHaveTextAsync("never spoke");
        await Expect(window["#chart"]).ToHaveCountAsync(0);
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("device-never-spoke");
        lock (canned.Books) canned.Books.Add(CannedGateway.Device("pump-new", 5));
        await Expect(window["#chart"]).ToBeVisibleAsync(); // its first message came
        Assert.Empty(window.Errors);

        var answer = await window.Page.GotoAsync(gateway.Url + "devices/nobody");
        Assert.Equal(404, answer!.Status);
        await Expect(window["#unknown-title"]).ToBeVisibleAsync();
        await Expect(window["main a[href='/registry/add?device=nobody']"]).ToBeVisibleAsync();
        await Expect(window["main a[href='/devices']"]).ToBeVisibleAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("device-unknown");
        await window.Page.GotoAsync(gateway.Url + "devices/%3Cimg%20src=x%3E");
        await Expect(window[".asked"]).ToHaveTextAsync("<img src=x>");
    }

    [Fact]
    public async Task A_viewer_sees_it_and_may_change_nothing()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        gateway.Register("cold-store-2");
        await gateway.WithUserAsync("vera", Role.Viewer);
        gateway.Get<SecurityEvents>().Raise(new(SecurityEventKind.UnusualRate, "cold-store-2", "900 a second", "9") { Device = "cold-store-2" });
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "sign-in");
        await window["input[name=name]"].FillAsync("vera");
        await window["input[name=password]"].FillAsync(Browser.Password);
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#fleet tr"]).ToHaveCountAsync(SmallFleet.Devices);

        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");

        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#config-shown"]).ToHaveTextAsync("{}");
        await Expect(window["[data-act], #config-form, #audit"]).ToHaveCountAsync(0);
        await Expect(window[".trouble[data-kind=rejected]"]).ToBeVisibleAsync();
        await Expect(window[".trouble[data-kind=security]"]).ToHaveCountAsync(0);
        Assert.Empty(window.Errors);
    }
}
