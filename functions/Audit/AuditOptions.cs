using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Audit;

/// <summary>How long the audit log is kept. Section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>
    /// Days, 1 to 3650. Defaults to 365: a year is what most rules ask for. Text, so that a value which is no number is
    /// refused by name.
    /// </summary>
    public string RetentionDays { get; set; } = "365";

    /// <summary>The same as a time.</summary>
    internal TimeSpan Retention => TimeSpan.FromDays(int.Parse(RetentionDays, NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>Refuses a time that is none.</summary>
internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    private const int MaxDays = 3650;

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        int.TryParse(options.RetentionDays, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MaxDays
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Audit__RetentionDays got '{options.RetentionDays}': it needs a whole number of days from 1 to {MaxDays}.");
}
