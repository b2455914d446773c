using System.Text.RegularExpressions;

namespace Serverless.Functions.Http;

/// <summary>What names, texts and addresses have to look like, the same for every resource.</summary>
internal static partial class Rules
{
    public const int MaxName = 255;
    public const int MaxDescription = 4096;
    public const int MaxAddress = 2048;

    /// <summary>
    /// A system name: needed when a resource is made; afterwards it may be left out, but not be another than it has.
    /// </summary>
    public static void SystemName(this Errors errors, string at, string? value, string? existing = null)
    {
        if (value is null)
        {
            if (existing is null)
            {
                errors.Required(at);
            }
        }
        else if (existing is not null && value != existing)
        {
            errors.Add(at, "immutable", $"The system name '{existing}' cannot change: leave it out or as it is.");
        }
        else if (existing is null)
        {
            errors.Slug(at, value);
        }
    }

    /// <summary>A slug: what system names and identifiers are made of.</summary>
    public static void Slug(this Errors errors, string at, string value)
    {
        if (!IsSlug(value))
        {
            errors.Add(
                at,
                "invalid_slug",
                "It needs 1 to 63 characters a-z, 0-9, '-' and '_', the first and the last a letter or digit.");
        }
    }

    public static bool IsSlug(string value) => SlugPattern().IsMatch(value);

    /// <summary>A name for people: needed, one line.</summary>
    public static void Name(this Errors errors, string at, string? value, int atMost = MaxName)
    {
        if (value is null)
        {
            errors.Required(at);
        }
        else if (string.IsNullOrWhiteSpace(value))
        {
            errors.Add(at, "empty", "It needs at least one character.");
        }
        else if (value.Length > atMost)
        {
            errors.Add(at, "too_long", $"It may have {atMost} characters and has {value.Length}.");
        }
        else if (value.Any(char.IsControl))
        {
            errors.Add(at, "control_character", "It may not hold control characters.");
        }
    }

    /// <summary>A longer text for people: may be left out, may have several lines.</summary>
    public static void Description(this Errors errors, string at, string? value)
    {
        if (value is { Length: > MaxDescription })
        {
            errors.Add(at, "too_long", $"It may have {MaxDescription} characters and has {value.Length}.");
        }
        else if (value is not null && value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            errors.Add(at, "control_character", "It may not hold control characters, save line ends and tabs.");
        }
    }

    /// <summary>An absolute address with one of these schemes, and nothing after its path.</summary>
    public static void BaseUrl(this Errors errors, string at, string value, params ReadOnlySpan<string> schemes)
    {
        if (value.Length > MaxAddress)
        {
            errors.Add(at, "too_long", $"It may have {MaxAddress} characters and has {value.Length}.");
        }
        else if (!IsAddress(value, out var uri) || !schemes.Contains(uri.Scheme))
        {
            errors.Add(
                at,
                "invalid_url",
                $"It needs an absolute URL in ASCII with scheme {string.Join(", ", schemes!)}, a host, and a port from 1 to "
                + "65535 if any.");
        }
        else if (uri.UserInfo.Length > 0 || value.Contains('@', StringComparison.Ordinal))
        {
            errors.Add(at, "invalid_url", "It may not hold a user or a password.");
        }
        else if (value.Contains('?', StringComparison.Ordinal) || value.Contains('#', StringComparison.Ordinal))
        {
            errors.Add(at, "invalid_url", "It may not hold a query or a fragment.");
        }
    }

    /// <summary>A member that must be there.</summary>
    public static void Required(this Errors errors, string at) => errors.Add(at, "required", "It is needed.");

    private static bool IsAddress(string value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? uri)
    {
        // Uri would mend a space or a backslash silently, and what is used would not be what was written.
        uri = null;
        return value.All(c => c is > ' ' and < '\u007f' and not ('\\' or '"' or '<' or '>'))
            && Uri.TryCreate(value, UriKind.Absolute, out uri)
            && value.StartsWith(uri.Scheme + "://", StringComparison.OrdinalIgnoreCase)
            && uri.Host.Length > 0
            && uri.Port != 0;
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SlugPattern();
}
