using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>How a document is to be applied: <c>?dry_run=true&amp;prune=true</c>, both false by default.</summary>
/// <param name="DryRun">Only answer what would change.</param>
/// <param name="Prune">Delete what the document does not mention.</param>
internal sealed record Flags(bool DryRun, bool Prune)
{
    public static bool TryRead(
        HttpRequest request,
        [NotNullWhen(true)] out Flags? flags,
        [NotNullWhen(false)] out Problem? problem)
    {
        flags = null;
        if (!TryRead(request, "dry_run", out var dryRun, out problem) || !TryRead(request, "prune", out var prune, out problem))
        {
            return false;
        }

        flags = new(dryRun, prune);
        return true;
    }

    private static bool TryRead(HttpRequest request, string name, out bool value, [NotNullWhen(false)] out Problem? problem)
    {
        var text = request.Query[name].ToString();
        value = text == "true";
        problem = text is "" or "true" or "false"
            ? null
            : Problem.Of(400, "invalid_" + name, $"The flag {name} is not valid.", $"?{name}= takes true or false.");
        return problem is null;
    }
}
