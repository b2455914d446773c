using Serverless.Contracts;

namespace Serverless.Functions.Declarative;

/// <summary>A place in a text, both counted from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>Where each part of a document, named by its JSON pointer, stands in the text that it was read from.</summary>
internal sealed class Positions
{
    private readonly Dictionary<string, Position> _byPointer = new(StringComparer.Ordinal);

    /// <summary>How many parts there are.</summary>
    public int Count => _byPointer.Count;

    /// <summary>Notes a part. What is there twice stands where it stands first.</summary>
    public void Add(string pointer, Position position) => _byPointer.TryAdd(pointer, position);

    /// <summary>Says of each error where it is. What is missing has no place: what it is missing from has.</summary>
    public IReadOnlyList<InvalidMember> Place(IReadOnlyList<InvalidMember> errors) => [.. errors.Select(Place)];

    private InvalidMember Place(InvalidMember error) =>
        Find(error.At) is { } position ? error with { Line = position.Line, Column = position.Column } : error;

    private Position? Find(string pointer)
    {
        for (var at = pointer; ; at = at[..at.LastIndexOf('/')])
        {
            if (_byPointer.TryGetValue(at, out var position))
            {
                return position;
            }

            if (at.Length == 0)
            {
                return null;
            }
        }
    }
}
