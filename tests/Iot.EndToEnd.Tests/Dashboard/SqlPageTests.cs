using System.Text.RegularExpressions;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The SQL page over a real embedded store.</summary>
public sealed class SqlPageTests(Chromium chromium)
{
    private const string Script = "<img src=x onerror=\"document.title='owned'\">";

    // Runs for as long as it is let: nobody has counted that far.
    private static readonly Regex Running = new("^running … [1-9][0-9]* s$", RegexOptions.None, TimeSpan.FromSeconds(1));
    private const string Endless = "SELECT count(*) FROM range(10000000000000) WHERE hash(range) = 7";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_is_answered_to_the_last_digit_and_refused_in_the_words_of_the_database()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Dark);
        var page = window.Page;
        await page.GotoAsync($"{gateway.Http.BaseAddress}sql");
        await Expect(window["#history-none"]).ToBeVisibleAsync();

        await window["#query"].FillAsync($"SELECT 9007199254740993 AS big, 0.1::DOUBLE + 0.2 AS tenth, '{Script.Replace("'", "''", StringComparison.Ordinal)}' AS \"{Script.Replace("\"", "\"\"", StringComparison.Ordinal)}\", NULL AS nothing, 5 AS n, 6 AS n_1");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(window["#rows td"]).ToHaveTextAsync(["9007199254740993", "0.30000000000000004", Script, "NULL", "5", "6"]);
        await Expect(window["#columns th"].Nth(2)).ToContainTextAsync(Script);
        await Expect(window["#state"]).ToContainTextAsync("1 row in");

        await window["#query"].FillAsync("SELECT * FROM reading");
        await window["#run"].ClickAsync();
        await Expect(window["#problem"]).ToContainTextAsync("Table with name reading does not exist");
        await window["#query"].FillAsync("DELETE FROM reading_rows");
        await window["#run"].ClickAsync();
        await Expect(window["#problem"]).ToContainTextAsync("nothing can be changed from here");

        await window["#query"].FillAsync("SELECT * FROM ");
        await window["#views summary"].Nth(2).ClickAsync();
        await window["#views button[data-name=hours]"].ClickAsync();
        await Expect(window["#query"]).ToHaveValueAsync("SELECT * FROM hours");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(window["#no-rows"]).ToBeVisibleAsync();
        await Expect(window["#history li"]).ToHaveCountAsync(4);
        Assert.Equal(0, await window["main img"].CountAsync());
        Assert.Equal(2, window.Errors.Count(error => error.Contains("400", StringComparison.Ordinal))); // the browser tells each refusal
        Assert.Equal(2, window.Errors.Count);
    }

    [Theory]
    [InlineData("sql-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("sql-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task Much_is_shown_in_part_and_downloaded_whole_and_a_link_does_not_run(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);
        var page = window.Page;
        await page.GotoAsync($"{gateway.Http.BaseAddress}sql");
        await window["#query"].FillAsync("SELECT 1");
        await window["#run"].ClickAsync();
        await Expect(window["#history li"]).ToHaveCountAsync(1);
        await window["#query"].FillAsync("SELECT range AS n, range * 1.5 AS m, 'row ' || range AS text FROM range(2500)");
        await window["#run"].ClickAsync();
        await Expect(window["#rows tr"]).ToHaveCountAsync(1000);
        await Expect(window["#answer-size"]).ToHaveTextAsync("1,000 rows shown, there are more, 3 columns");
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        var csv = await page.RunAndWaitForDownloadAsync(() => window["#downloads button[data-format=csv]"].ClickAsync());
        Assert.Equal(2501, (await File.ReadAllLinesAsync(await csv.PathAsync(), Stop)).Length);
        var parquet = await page.RunAndWaitForDownloadAsync(() => window["#downloads button[data-format=parquet]"].ClickAsync());
        Assert.Equal("PAR1", System.Text.Encoding.ASCII.GetString(await File.ReadAllBytesAsync(await parquet.PathAsync(), Stop), 0, 4));

        await page.ReloadAsync();
        await Expect(window["#from-link"]).ToBeVisibleAsync();
        await Expect(window["#query"]).ToHaveValueAsync("SELECT range AS n, range * 1.5 AS m, 'row ' || range AS text FROM range(2500)");
        await Expect(window["#answer"]).ToBeHiddenAsync();
        await Expect(window["#history li"]).ToHaveCountAsync(2);
        await window["#history .away"].First.ClickAsync();
        await Expect(window["#history li"]).ToHaveCountAsync(1);
        await window["#forget"].ClickAsync();
        await Expect(window["#history-none"]).ToBeVisibleAsync();
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task What_is_cancelled_or_left_ends_in_the_gateway_and_a_long_statement_fits()
    {
        await using var gateway = await GatewayProcess.StartAsync("--Embedded:Queries", "1", "--Embedded:QueryTimeLimit", "01:00:00");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Dark);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}sql");

        await window["#query"].FillAsync(Endless);
        await window["#run"].ClickAsync();
        await Expect(window["#state"]).ToHaveTextAsync(Running);
        await window.ScreenshotAsync("sql-running");
        await window["#cancel"].ClickAsync();
        await Expect(window["#state"]).ToHaveTextAsync("cancelled");

        // One statement at a time: the next is answered only when that one has ended.
        await window["#query"].FillAsync("SELECT 42 AS answer");
        await window["#run"].ClickAsync();
        await Expect(window["#rows td"]).ToHaveTextAsync("42");
        await window["#query"].FillAsync(Endless);
        await window["#run"].ClickAsync();
        await Expect(window["#state"]).ToHaveTextAsync(Running);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}sql#query=SELECT%2043");
        await window.Page.ReloadAsync();
        await Expect(window["#from-link"]).ToBeVisibleAsync();
        await window["#run"].ClickAsync();
        await Expect(window["#rows td"]).ToHaveTextAsync("43");

        await window["#query"].FillAsync($"SELECT 44 /* {new string('x', 20_000)} */ AS answer");
        await window["#run"].ClickAsync();
        await Expect(window["#rows td"]).ToHaveTextAsync("44");
        var json = await window.Page.RunAndWaitForDownloadAsync(() => window["#downloads button[data-format=json]"].ClickAsync());
        Assert.Contains("{\"answer\":44}", await File.ReadAllTextAsync(await json.PathAsync(), Stop));
        Assert.Empty(window.Errors);
    }
}
