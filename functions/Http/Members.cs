using System.Text.Json;

namespace Serverless.Functions.Http;

/// <summary>Looks through a whole document for what is wrong whatever type it shall become.</summary>
internal static class Members
{
    /// <summary>
    /// Notes every member that is there twice. Every text is read on the way: false when one of them is none, as
    /// <c>\ud800</c> without its other half, rather than a surprise for whoever uses the text.
    /// </summary>
    public static bool TryFindDoubles(JsonElement document, Errors errors)
    {
        try
        {
            FindDoubles(document, Place.Of(""), errors);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Of a well-formed document, this is the only one there is.
            return false;
        }
    }

    private static void FindDoubles(JsonElement element, Place at, Errors errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in element.EnumerateObject())
            {
                var name = member.Name;
                if (!seen.Add(name))
                {
                    errors.Add(at.Member(name), "duplicate_member", $"The member '{Text.Shorten(name)}' is there twice.");
                }

                FindDoubles(member.Value, at.Member(name), errors);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                FindDoubles(item, at.Item(index++), errors);
            }
        }
        else if (element.ValueKind == JsonValueKind.String)
        {
            _ = element.GetString();
        }
    }
}
