using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Iot.Configuration;

/// <summary>A duration's range, ends included, written as <c>hh:mm:ss</c> or <c>d.hh:mm:ss.fff</c>.</summary>
/// <remarks>Instead of <c>[Range(typeof(TimeSpan), …)]</c>, which needs reflection that native AOT does not keep.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute(string shortest, string longest) : ValidationAttribute
{
    public TimeSpan Shortest { get; } = TimeSpan.Parse(shortest, CultureInfo.InvariantCulture);

    public TimeSpan Longest { get; } = TimeSpan.Parse(longest, CultureInfo.InvariantCulture);

    public override bool IsValid(object? value) => value is null || (value is TimeSpan duration && duration >= Shortest && duration <= Longest);
}
