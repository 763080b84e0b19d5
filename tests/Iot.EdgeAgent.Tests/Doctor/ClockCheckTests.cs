using Iot.EdgeAgent.Doctor;
using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Tests.Doctor;

public class ClockCheckTests
{
    [Theory]
    [InlineData("1970-01-01T00:05:00Z", true, "Fail"), InlineData("2106-01-01T00:00:00Z", true, "Fail")]
    [InlineData("2026-11-26T03:00:00Z", true, "Ok"), InlineData("2026-11-26T03:00:00Z", false, "Warn")]
    public void A_year_that_cannot_be_is_a_failure_and_a_clock_that_nobody_keeps_a_warning(string now, bool synchronised, string grade)
    {
        var finding = ClockCheck.Examine(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), synchronised);

        Assert.Equal(Enum.Parse<Grade>(grade), finding.Grade);
        Assert.Equal(finding.Grade != Grade.Ok, finding.WhatToDo is not null);
    }

    [Theory]
    [InlineData("None", false, "Fail"), InlineData("Own", true, "Warn"), InlineData("Gateway", true, "Ok"), InlineData("Kernel", true, "Ok")]
    public void A_running_agent_says_itself_whom_it_has_its_time_from(string source, bool known, string grade) =>
        Assert.Equal(Enum.Parse<Grade>(grade), ClockCheck.Examine(new ClockStatus(source, known, Synchronised: source is "Kernel", SkewSeconds: 2.5)).Grade);
}
