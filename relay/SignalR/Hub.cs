namespace Serverless.Relay.SignalR;

/// <summary>The connections of one hub, by id, user and group.</summary>
internal sealed class Hub(string name, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientConnection> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ClientConnection>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ClientConnection>> _groups = new(StringComparer.Ordinal);
    private readonly UserGroups _userGroups = new(time);

    /// <summary>Its name, in small letters.</summary>
    public string Name => name;

    /// <summary>All connections.</summary>
    public ClientConnection[] All()
    {
        lock (_gate)
        {
            return [.. _connections.Values];
        }
    }

    /// <summary>Connections of a user.</summary>
    public ClientConnection[] OfUser(string user)
    {
        lock (_gate)
        {
            return _users.TryGetValue(user, out var those) ? [.. those] : [];
        }
    }

    /// <summary>Connections in a group.</summary>
    public ClientConnection[] OfGroup(string group)
    {
        lock (_gate)
        {
            LeaveWhatIsOver();
            return _groups.TryGetValue(group, out var those) ? [.. those] : [];
        }
    }

    /// <summary>The connection of this id, or null.</summary>
    public ClientConnection? Find(string id)
    {
        lock (_gate)
        {
            return _connections.GetValueOrDefault(id);
        }
    }

    /// <summary>Whether a connection is in a group.</summary>
    public bool IsIn(ClientConnection connection, string group)
    {
        lock (_gate)
        {
            LeaveWhatIsOver();
            return connection.Groups.ContainsKey(group);
        }
    }

    /// <summary>
    /// Lets a connection in, and into its user's groups. It is welcomed here: who has read that is found by every call from then on,
    /// and nothing is sent to it before.
    /// </summary>
    public void Add(ClientConnection connection)
    {
        lock (_gate)
        {
            LeaveWhatIsOver();
            connection.Write(ClientHandshake.Welcome);
            _connections.Add(connection.Id, connection);
            if (connection.UserId is { } user)
            {
                Into(_users, user, connection);
                foreach (var group in _userGroups.Of(user))
                {
                    Join(connection, group, asUser: true);
                }
            }
        }
    }

    /// <summary>Lets go of a connection.</summary>
    public void Remove(ClientConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection.Id))
            {
                LeaveAll(connection);
                if (connection.UserId is { } user)
                {
                    OutOf(_users, user, connection);
                }
            }
        }
    }

    /// <summary>Puts a connection into a group; false when there is no such connection.</summary>
    public bool TryJoin(string id, string group)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue(id, out var connection))
            {
                return false;
            }

            Join(connection, group, asUser: false);
            return true;
        }
    }

    /// <summary>Takes a connection out of a group; false when it was not in it.</summary>
    public bool TryLeave(string id, string group)
    {
        lock (_gate)
        {
            LeaveWhatIsOver();
            return _connections.TryGetValue(id, out var connection) && Leave(connection, group);
        }
    }

    /// <summary>Takes a connection out of all groups.</summary>
    public void LeaveAll(string id)
    {
        lock (_gate)
        {
            if (_connections.TryGetValue(id, out var connection))
            {
                LeaveAll(connection);
            }
        }
    }

    /// <summary>Puts a user into a group: their connections, and unless the time is 0 those to come.</summary>
    public void JoinUser(string user, string group, TimeSpan? ttl)
    {
        lock (_gate)
        {
            LeaveWhatIsOver();
            var lasting = ttl != TimeSpan.Zero;
            if (lasting && _userGroups.Add(user, group, ttl) is { } oldest)
            {
                LeaveAsUser(user, oldest);
            }

            foreach (var connection in _users.GetValueOrDefault(user) ?? [])
            {
                Join(connection, group, lasting);
            }
        }
    }

    /// <summary>Takes a user and all their connections out of a group.</summary>
    public void LeaveUser(string user, string group)
    {
        lock (_gate)
        {
            _userGroups.Remove(user, group);
            foreach (var connection in _users.GetValueOrDefault(user) ?? [])
            {
                Leave(connection, group);
            }
        }
    }

    /// <summary>Takes a user and all their connections out of all groups.</summary>
    public void LeaveAllUser(string user)
    {
        lock (_gate)
        {
            foreach (var group in _userGroups.Of(user).ToList())
            {
                _userGroups.Remove(user, group);
            }

            foreach (var connection in _users.GetValueOrDefault(user) ?? [])
            {
                LeaveAll(connection);
            }
        }
    }

    /// <summary>Whether a user, or one of their connections, is in a group.</summary>
    public bool IsUserIn(string user, string group)
    {
        lock (_gate)
        {
            LeaveWhatIsOver();
            return _userGroups.Has(user, group)
                || (_users.TryGetValue(user, out var those) && those.Any(connection => connection.Groups.ContainsKey(group)));
        }
    }

    // Only what they joined as that user: what a connection joined itself, it stays in.
    private void LeaveAsUser(string user, string group)
    {
        foreach (var connection in _users.GetValueOrDefault(user) ?? [])
        {
            if (connection.Groups.TryGetValue(group, out var asUser) && asUser)
            {
                Leave(connection, group);
            }
        }
    }

    private void LeaveWhatIsOver() => _userGroups.RemoveOver().ForEach(over => LeaveAsUser(over.User, over.Group));

    private void Join(ClientConnection connection, string group, bool asUser)
    {
        connection.Groups[group] = asUser && connection.Groups.GetValueOrDefault(group, defaultValue: true);
        Into(_groups, group, connection);
    }

    private bool Leave(ClientConnection connection, string group)
    {
        OutOf(_groups, group, connection);
        return connection.Groups.Remove(group);
    }

    private void LeaveAll(ClientConnection connection)
    {
        foreach (var group in connection.Groups.Keys.ToList())
        {
            Leave(connection, group);
        }
    }

    private static void Into(Dictionary<string, HashSet<ClientConnection>> index, string key, ClientConnection connection)
    {
        if (!index.TryGetValue(key, out var those))
        {
            index.Add(key, those = []);
        }

        those.Add(connection);
    }

    private static void OutOf(Dictionary<string, HashSet<ClientConnection>> index, string key, ClientConnection connection)
    {
        if (index.TryGetValue(key, out var those) && those.Remove(connection) && those.Count == 0)
        {
            index.Remove(key);
        }
    }
}
