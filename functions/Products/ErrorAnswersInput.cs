using System.Net.Http.Headers;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>What a product answers when it refuses, as a body says it.</summary>
internal sealed record ErrorAnswersInput
{
    public ErrorAnswerInput? CredentialsMissing { get; init; }

    public ErrorAnswerInput? AuthenticationFailed { get; init; }

    public ErrorAnswerInput? NoMatch { get; init; }

    public ErrorAnswerInput? LimitsExceeded { get; init; }

    public void Check(Errors errors)
    {
        CredentialsMissing?.Check(errors, "/error_answers/credentials_missing");
        AuthenticationFailed?.Check(errors, "/error_answers/authentication_failed");
        NoMatch?.Check(errors, "/error_answers/no_match");
        LimitsExceeded?.Check(errors, "/error_answers/limits_exceeded");
    }

    /// <summary>The answers, or null when there is none.</summary>
    public ErrorAnswers? ToAnswers()
    {
        var answers = new ErrorAnswers
        {
            CredentialsMissing = CredentialsMissing?.ToAnswer(),
            AuthenticationFailed = AuthenticationFailed?.ToAnswer(),
            NoMatch = NoMatch?.ToAnswer(),
            LimitsExceeded = LimitsExceeded?.ToAnswer(),
        };
        return answers == new ErrorAnswers() ? null : answers;
    }
}

/// <summary>One refusal, as a body says it.</summary>
internal sealed record ErrorAnswerInput
{
    public int? Status { get; init; }

    public string? ContentType { get; init; }

    public string? Text { get; init; }

    public void Check(Errors errors, string at)
    {
        if (Status is null)
        {
            errors.Required(at + "/status");
        }
        else if (Status is < 400 or > 599)
        {
            errors.Add(at + "/status", "out_of_range", "A refusal has a status from 400 to 599.");
        }

        if (ContentType is not null && !IsMediaType(ContentType))
        {
            errors.Add(
                at + "/content_type",
                "invalid_media_type",
                "It needs a media type such as text/plain; its charset, if any, is utf-8, as the text is.");
        }

        CheckText(errors, at + "/text");
    }

    public ErrorAnswer ToAnswer() => ContentType is null
        ? new() { Status = Status!.Value, Text = Text! }
        : new() { Status = Status!.Value, Text = Text!, ContentType = ContentType };

    private void CheckText(Errors errors, string at)
    {
        if (Text is null)
        {
            errors.Required(at);
        }
        else if (Text.Length > Rules.MaxName)
        {
            errors.Add(at, "too_long", $"It may have {Rules.MaxName} characters and has {Text.Length}.");
        }
        else
        {
            errors.Description(at, Text);
        }
    }

    private static bool IsMediaType(string text) =>
        text.Length <= Rules.MaxName
        && text.All(c => c is >= ' ' and < '\u007f')
        && MediaTypeHeaderValue.TryParse(text, out var type)
        && type.MediaType?.Contains('*', StringComparison.Ordinal) == false
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
