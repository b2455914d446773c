using System.Globalization;
using Serverless.Contracts;

namespace Serverless.Relay.Sessions;

/// <summary>Reads the query of an operator's call, and collects everything that is wrong with it.</summary>
internal sealed class OperatorQuery
{
    private const int MostCharacters = 256;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="query">As it came.</param>
    /// <param name="known">The parameters that the call takes.</param>
    public OperatorQuery(IQueryCollection query, params string[] known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                Add(name, "unknown_parameter", $"This call takes {string.Join(", ", known)}.");
            }
            else if (values is not [{ Length: > 0 and <= MostCharacters } value])
            {
                Add(name, "invalid_value", $"It needs one value of 1 to {MostCharacters} characters.");
            }
            else
            {
                _values[name] = value;
            }
        }
    }

    /// <summary>Everything that is wrong so far, each with the parameter's name as its pointer.</summary>
    public List<InvalidMember> Errors { get; } = [];

    /// <summary>A parameter; null when it is not given.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>A number of seconds, 0 to <paramref name="most"/>; null when it is not given or wrong.</summary>
    public TimeSpan? Seconds(string name, int most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= most)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Add(name, "out_of_range", $"It needs 0 to {most} seconds.");
        return null;
    }

    /// <summary>Which sessions are meant.</summary>
    public SessionFilter Filter() => new(Text("product"), Text("environment"), Text("application"), Text("backend"));

    /// <summary>Notes something that is wrong.</summary>
    public void Add(string name, string code, string message) =>
        Errors.Add(new InvalidMember("/" + (name.Length <= MostCharacters ? name : name[..MostCharacters]), code, message));
}
