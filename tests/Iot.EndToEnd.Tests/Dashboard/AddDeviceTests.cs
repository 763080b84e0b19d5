using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>A device is added in the page of a real gateway, and a real agent does what the page says.</summary>
public sealed class AddDeviceTests(Chromium chromium) : IDisposable
{
    private const string Site = "\"><svg onload=alert(1)> hall 3";

    private readonly TempDirectory _packages = new();
    private readonly TempDirectory _state = new();

    public void Dispose()
    {
        _packages.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task From_the_form_by_keyboard_over_the_scanned_code_to_the_first_reading()
    {
        await using var gateway = await StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices");
        await window["#begin a"].ClickAsync();
        await Expect(window["#device"]).ToBeFocusedAsync();
        await window.Page.Keyboard.TypeAsync("pump 7");
        await Expect(window["#device-problem"]).ToHaveTextAsync("No blanks: write - or _ instead.");
        await window.ScreenshotAsync("add-device");
        await window["#device"].FillAsync("pump-7");
        await Expect(window["#device-problem"]).ToHaveTextAsync("");
        await window["#device-site"].FillAsync(Site);
        await window.IsAccessibleAsync();
        await window.Page.Keyboard.PressAsync("Enter");

        var line = await window["#line"].InnerTextAsync();
        Assert.Contains("/install.sh", line, StringComparison.Ordinal);
        Assert.Equal(line, await QrReader.ReadAsync(window["#code"]));
        await Expect(window["#waiting-title"]).ToHaveTextAsync("Waiting for its first reading …");
        await window["[data-copy=line]"].ClickAsync();
        await Expect(window["[data-copy=line]"]).ToHaveTextAsync("Copied");
        Assert.Equal(line, await window.Page.EvaluateAsync<string>("getSelection().toString()"));
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("token-desktop-light");

        await RunsAsync(gateway, window, token: line.Split(' ')[^1]);
        await OnPhoneAsync(window);
        await ListedAsync(gateway, window);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task An_operator_disables_enables_and_gives_a_new_token_on_the_page_of_the_device()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(0, (await gateway.CommandAsync("devices", "add", "pump-7", "--site", Site)).ExitCode);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Dark);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices/pump-7");
        await Expect(window["#labels"]).ToContainTextAsync(Site);

        await window["[data-act=disable]"].ClickAsync();
        await window["#disable-dialog button.danger"].ClickAsync();
        await Expect(window["#state"]).ToHaveTextAsync("disabled");
        await Expect(window["[data-act=enable]"]).ToBeFocusedAsync(); // where the keyboard was is gone
        await Expect(window["form[data-when=in]:visible"]).ToHaveCountAsync(0);
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("access-phone-dark");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "New enrollment token" }).ClickAsync();
        await Expect(window["#line"]).ToContainTextAsync("/install.sh");
        await window.IsNoWiderThanItsScreenAsync();

        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}registry/add?device=pump-7");
        await Expect(window["#device-problem"]).ToContainTextAsync("There is a pump-7 already");
        var acts = (await gateway.GetAsync("api/v1/audit?kind=device")).GetProperty("entries").EnumerateArray().Select(entry => $"{entry.GetProperty("act")} {entry.GetProperty("on")}");
        Assert.Equal(["device.token POST /registry/pump-7/token", "device.enable POST /api/v1/registry/pump-7/enable", "device.disable POST /api/v1/registry/pump-7/disable"], acts.Take(3));
    }

    [Fact]
    public async Task A_device_that_is_disabled_gets_no_token_and_the_page_says_why()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(0, (await gateway.CommandAsync("devices", "add", "pump-7")).ExitCode);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices/pump-7");
        Assert.Equal(0, (await gateway.CommandAsync("devices", "disable", "pump-7")).ExitCode);
        await window.Page.EvaluateAsync("document.querySelector('form[data-when=in]').requestSubmit()"); // as from a page that has not heard of it

        await Expect(window["h1"]).ToHaveTextAsync("No token for pump-7");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is disabled");
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("no-token");
        await window["main a"].ClickAsync();
        await Expect(window["#state"]).ToHaveTextAsync("disabled");
    }

    [Fact]
    public async Task What_the_API_refuses_stands_above_the_form_with_all_that_was_entered()
    {
        await using var gateway = await StartAsync();
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}registry/add");
        await window["#device"].FillAsync("fan-1");
        await window["#device-site"].FillAsync(Site);
        await window["summary"].ClickAsync();
        await window["#tags"].FillAsync("line=4\nno tag");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();

        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("tags = no tag: must be NAME=VALUE, a line each.");
        await Expect(window["#device-site"]).ToHaveValueAsync(Site);
        await Expect(window["#tags"]).ToHaveValueAsync("line=4\nno tag");
        await window.ScreenshotAsync("add-device-refused-phone");
        await window["#tags"].FillAsync("line=4");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Add it" }).ClickAsync();
        await Expect(window["h1"]).ToHaveTextAsync("fan-1");
        Assert.Equal("4", (await gateway.GetAsync("api/v1/registry/fan-1")).GetProperty("tags").GetProperty("line").GetString());
    }

    /// <summary>Enrolls and starts a real agent, as the line would; the page tells both without a reload.</summary>
    private async Task RunsAsync(GatewayProcess gateway, Window window, string token)
    {
        var (exitCode, output) = await RealProcess.RunAsync(BuiltProgram.EdgeAgent, ["enroll", token, "--Data:Path", _state.Path]);
        Assert.True(exitCode == 0, output);
        await Expect(window["[data-step=enrolled]"]).ToHaveClassAsync("done");
        await Expect(window["[data-step=speaks]"]).Not.ToHaveClassAsync("done");

        await using var agent = RealProcess.Start(BuiltProgram.EdgeAgent, [
            "--Data:Path", _state.Path, "--Gateway:MinBackoff", "00:00:00.100", "--Sensors:s:Kind", "Simulated", "--Sensors:s:Interval", "00:00:00.100", "--Batching:MaxAge", "00:00:00.100",
            "--Time:TrustClock", "true", "--Time:AskKernel", "false",
        ]);
        await Expect(window["#waiting-title"]).ToHaveTextAsync("pump-7 speaks.", new() { Timeout = 30_000 });
        await window.ScreenshotAsync("token-speaks");
        Assert.Equal(0, await agent.StopAsync());
        Assert.Single((await gateway.GetAsync("api/v1/registry/pump-7")).GetProperty("certificates").EnumerateArray());
    }

    private static async Task OnPhoneAsync(Window window)
    {
        await window.Page.SetViewportSizeAsync(390, 844);
        await window.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("token-phone-dark");
    }

    private static async Task ListedAsync(GatewayProcess gateway, Window window)
    {
        await window["#speaks a"].ClickAsync();
        await Expect(window["h1"]).ToHaveTextAsync("pump-7");
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices");
        await Expect(window.Row("#list", "pump-7").Locator("small")).ToHaveTextAsync(Site);
        await Expect(window["main svg"]).ToHaveCountAsync(0);
        var added = (await gateway.GetAsync("api/v1/audit?kind=device.add")).GetProperty("entries").EnumerateArray().Single();
        Assert.Equal(("POST /registry/add", "pump-7"), (added.GetProperty("on").GetString(), added.GetProperty("detail").GetString()));
    }

    /// <summary>With a list of packages, so that there is a line which installs.</summary>
    private async Task<GatewayProcess> StartAsync()
    {
        await File.WriteAllTextAsync(_packages["SHA256SUMS"], $"{new string('0', 64)}  iot-edge-agent_1.0_amd64.deb\n", TestContext.Current.CancellationToken);
        return await GatewayProcess.StartAsync(new Surroundings { IsSecure = true }, "--Install:Path", _packages.Path);
    }
}
