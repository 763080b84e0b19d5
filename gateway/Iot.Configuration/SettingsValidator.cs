using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Iot.Configuration;

/// <summary>Checks a section's values against the attributes of its options type: key, value and allowed range in one sentence.</summary>
/// <remarks>Rules between keys are the type's own <see cref="IValidatableObject"/>. Works under native AOT.</remarks>
public sealed class SettingsValidator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string section)
    : IValidateOptions<T> where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var problems = Problems(section, options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>One sentence for each value that cannot be.</summary>
    private static IEnumerable<string> Problems(string section, T options)
    {
        foreach (var property in typeof(T).GetProperties())
        {
            var value = property.GetValue(options);
            foreach (var broken in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
                yield return $"{section}:{property.Name} = {Show(value)}: {Demand(broken)}";
        }

        if (options is not IValidatableObject whole) yield break;

        foreach (var result in whole.Validate(new(options, displayName: section, serviceProvider: null, items: null)))
            yield return $"{section}: {result.ErrorMessage}";
    }

    private static string Demand(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}."),
        DurationAttribute range => $"must be between {range.Shortest} and {range.Longest}.",
        RequiredAttribute => "must be given.",
        _ => rule.ErrorMessage ?? $"breaks the rule {rule.GetType().Name}.",
    };

    private static string Show(object? value) => value switch
    {
        null => "(nothing)",
        "" => "(empty)",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
