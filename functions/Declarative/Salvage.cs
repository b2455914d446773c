using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>Holds what was made from somebody else's document against the rules here.</summary>
internal static class Salvage
{
    /// <summary>Whether a resource passes as a whole; if not, everything that is wrong with it is in the report.</summary>
    public static bool Passes<T>(
        JsonObject resource,
        JsonTypeInfo<T> type,
        Action<T, Errors> check,
        Func<string, string> source,
        Report report)
        where T : class
    {
        var errors = Check(resource, type, check);
        foreach (var error in errors)
        {
            report.Refuse(source(error.At), error.Code, error.Message);
        }

        return errors.Count == 0;
    }

    /// <summary>Takes out of a resource what breaks a rule, the smallest part first, until the rest passes.</summary>
    public static void Reduce<T>(
        JsonObject resource,
        JsonTypeInfo<T> type,
        Action<T, Errors> check,
        Trace trace,
        Report report)
        where T : class
    {
        while (Check(resource, type, check) is [var error, ..])
        {
            var place = error.At;
            while (place.Length > 0 && !Remove(resource, place))
            {
                place = place[..place.LastIndexOf('/')];
            }

            if (place.Length == 0)
            {
                throw new InvalidOperationException($"What every product has is refused: {error.At} {error.Code}.");
            }

            // What is missing takes with it what is nothing without it.
            var isPart = place == error.At;
            report.Refuse(trace.Find(place), error.Code, isPart ? error.Message : $"It is nothing without {error.At}.");
        }
    }

    private static IReadOnlyList<InvalidMember> Check<T>(JsonObject resource, JsonTypeInfo<T> type, Action<T, Errors> check)
        where T : class
    {
        var errors = new Errors();
        var element = JsonSerializer.SerializeToElement(resource, DocumentJson.Default.JsonNode);
        check(Shape.Clean(element, type, "", errors)!.Deserialize(type)!, errors);
        return errors.Found;
    }

    private static bool Remove(JsonObject resource, string pointer)
    {
        var names = pointer[1..].Split('/');
        JsonNode? parent = resource;
        foreach (var name in names[..^1])
        {
            parent = (parent as JsonObject)?[name];
        }

        return parent is JsonObject within && within.Remove(names[^1]);
    }
}
